using System.Text.Unicode;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Walk;

/// <summary>Turns what statx(2) and readlink(2) tell into records, and counts them.</summary>
internal sealed class EntryOutput
{
    private readonly RecordWriter records;
    private readonly Action<string> warn;
    private readonly ProblemReporter problems;
    private readonly Accounts accounts = new();
    private readonly EntryAttributes? attributes;

    // One record for all: it is encoded before the next is made.
    private readonly EntryRecord entry = new() { Path = default, Type = default };
    private bool ownersKnown;

    /// <param name="records">Where records go.</param>
    /// <param name="stage">The program's name, for problems.</param>
    /// <param name="warn">Says a line on standard error.</param>
    /// <param name="attributes">Reads extended attributes; null to leave them.</param>
    internal EntryOutput(RecordWriter records, string stage, Action<string> warn, EntryAttributes? attributes)
    {
        this.attributes = attributes;
        this.records = records;
        this.warn = warn;
        problems = new ProblemReporter(stage, records.Write, warn);
    }

    internal long Entries { get; private set; }

    internal long Bytes { get; private set; }

    internal long Problems => problems.Count;

    internal long Sockets { get; private set; }

    /// <summary>Entries left out by patterns, tags, attributes and markers; a directory counts once, whatever is below it.</summary>
    internal long LeftOut { get; set; }

    /// <summary>Writes an entry; a socket is only counted.</summary>
    /// <param name="path">The kept path.</param>
    /// <param name="absolute">Whether a file is to be opened from the root and not from the working directory.</param>
    /// <param name="place">Where the system finds it.</param>
    /// <param name="status">The result of statx(2).</param>
    /// <param name="target">The target of a symbolic link.</param>
    /// <param name="flags">Its inode flags, if more is known of them than statx(2) told.</param>
    internal void Write(ReadOnlySpan<byte> path, bool absolute, in EntryPlace place, in FileStatus status, byte[]? target, uint? flags = null)
    {
        if (status.Kind == FileKind.Socket)
        {
            Sockets++;
            return;
        }

        EntryType? type = EntryTypes.Of(status.Kind);
        if (type is null)
        {
            Report(new BytePath(path), 0, "has an unknown type");
            return;
        }

        TakeOwners(status.Uid, status.Gid);
        bool file = type == EntryType.File;
        bool device = type is EntryType.CharacterDevice or EntryType.BlockDevice;
        (uint major, uint minor) = device ? status.Rdev : default;
        entry.Type = type.Value;
        entry.Mode = status.Mode;
        entry.Size = file ? status.Size : null;
        entry.Mtime = status.Mtime;
        entry.Ctime = status.Ctime;
        entry.Btime = status.Btime;
        entry.Dev = status.Dev;
        entry.Ino = status.Ino;
        entry.Nlink = status.Nlink;
        entry.Target = target;
        entry.RdevMajor = device ? major : null;
        entry.RdevMinor = device ? minor : null;
        entry.Attributes = attributes?.Read(place);
        entry.Flags = (flags ?? InodeFlags.Of(status)) is not 0 and uint set ? set : null;
        entry.Path = new BytePath(path);
        entry.Source = file && absolute ? new BytePath([(byte)'/', .. path]) : null;
        records.Write(entry);
        Entries++;

        // A few sparse files can be longer together than a number is.
        Bytes += file ? Math.Min(status.Size, long.MaxValue - Bytes) : 0;
        if (attributes is { Troubles.Count: > 0 })
        {
            ReportAttributes(path, absolute, attributes);
        }
    }

    /// <summary>Reports a problem.</summary>
    /// <param name="path">The path, as the user would name it.</param>
    /// <param name="errno">The error number, or 0.</param>
    /// <param name="text">A description, or null for that of the system.</param>
    /// <param name="marks">Whether it concerns the last entry, which is kept.</param>
    internal void Report(BytePath path, int errno, string? text = null, bool marks = false) =>
        problems.Report(path, text ?? Errno.Describe(errno), errno, marks);

    private void ReportAttributes(ReadOnlySpan<byte> path, bool absolute, EntryAttributes read)
    {
        BytePath shown = absolute ? new BytePath([(byte)'/', .. path.SequenceEqual("."u8) ? default : path]) : new BytePath(path);
        foreach ((int errno, string text) in read.Troubles)
        {
            problems.Report(shown, text, errno, marks: true);
        }
    }

    /// <summary>Says something that is no problem.</summary>
    internal void Note(string text) => warn(text);

    private void TakeOwners(uint uid, uint gid)
    {
        if (ownersKnown && entry.Uid == uid && entry.Gid == gid)
        {
            return;
        }

        entry.Uid = uid;
        entry.Gid = gid;
        entry.User = Text(accounts.User(uid));
        entry.Group = Text(accounts.Group(gid));
        ownersKnown = true;
    }

    private static byte[]? Text(byte[]? name) => name is not null && Utf8.IsValid(name) ? name : null;
}
