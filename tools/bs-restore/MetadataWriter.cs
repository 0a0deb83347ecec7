using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Restore;

/// <summary>
/// Gives an inode the attributes of an entry, through its descriptor, in the order in which none undoes another: the owner first, because a new owner takes
/// away set-user-ID and capabilities; the mode; extended attributes, of which an access control list may narrow the mode; the time; inode flags.
/// </summary>
internal sealed class MetadataWriter
{
    /// <summary>Flags that keep a file or directory from being changed or linked: set last of all.</summary>
    internal const uint Guards = InodeFlags.Immutable | InodeFlags.AppendOnly;

    // These work only, or work at all well, on what is still empty.
    private const uint Early = InodeFlags.NoCopyOnWrite | InodeFlags.Compressed | InodeFlags.NoCompression | InodeFlags.CaseFold;

    private readonly RestoreOptions options;
    private readonly RestoreReport report;
    private readonly OwnerNumbers owners;
    private readonly AttributeWriter attributes;

    internal MetadataWriter(RestoreOptions options, RestoreReport report)
    {
        this.options = options;
        this.report = report;
        owners = new OwnerNumbers(options.ByName);
        attributes = new AttributeWriter(report);
    }

    /// <summary>Sets the flags that a new file or directory must have before there is anything in it.</summary>
    internal void PrepareEmpty(UnixFile file, EntryRecord entry)
    {
        if (entry.Flags is { } flags && (flags & Early) != 0)
        {
            // What is refused here is refused again at the end, and reported then.
            _ = InodeChanges.TrySetFlags(file, flags & Early, flags & Early);
        }
    }

    /// <summary>Sets everything but the guards; of an inode that is there already, what differs.</summary>
    /// <param name="file">The inode; open only to pass if it is no file or directory.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="now">What it has now; null for a new file.</param>
    internal void Apply(UnixFile file, EntryRecord entry, FileStatus? now)
    {
        (bool user, bool group) = SetOwner(file, entry, now);
        SetMode(file, entry, now, user, group);
        if (!options.NoAttributes)
        {
            attributes.Set(file, entry, isNew: now is null);
        }

        if (entry.Mtime is { } mtime)
        {
            SetTime(file, entry.Path, mtime);
        }

        SetFlags(file, entry, now, guards: false);
    }

    /// <summary>Sets the guards too.</summary>
    internal void Guard(UnixFile file, EntryRecord entry, FileStatus now) => SetFlags(file, entry, now, guards: true);

    /// <summary>Whether <see cref="Apply"/> and <see cref="Guard"/> would change anything.</summary>
    internal bool Differs(UnixFile file, EntryRecord entry, in FileStatus now)
    {
        bool mode = entry.Mode is { } wanted && wanted != now.Mode && entry.Type != EntryType.SymbolicLink;
        return mode || (owners.User(entry) is { } uid && uid != now.Uid) || (owners.Group(entry) is { } gid && gid != now.Gid)
            || (entry.Mtime is { } mtime && mtime != now.Mtime)
            || FlagsDiffer(file, entry, now)
            || (!options.NoAttributes && attributes.Differ(file, entry));
    }

    private static bool FlagsDiffer(UnixFile file, EntryRecord entry, in FileStatus now)
    {
        uint wanted = (entry.Flags ?? 0) & InodeFlags.CanBeSet;
        uint held = InodeFlags.Of(now) & InodeFlags.CanBeSet;
        return (wanted & InodeFlags.InStatus) != held
            || ((wanted & ~InodeFlags.InStatus) != 0 && InodeFlags.TryRead(file, out held) == 0 && wanted != (held & InodeFlags.CanBeSet));
    }

    private (bool User, bool Group) SetOwner(UnixFile file, EntryRecord entry, FileStatus? now)
    {
        uint? uid = owners.User(entry), gid = owners.Group(entry);
        uid = uid == now?.Uid ? null : uid;
        gid = gid == now?.Gid ? null : gid;
        if (uid is null && gid is null)
        {
            return (true, true);
        }

        int errno = InodeChanges.TryChangeOwner(file, uid, gid);
        if (errno == 0)
        {
            return (true, true);
        }

        RestoreReport.EndIfHopeless(errno, "chown", entry.Path);

        // A group of one's own can be given without root; and what is the right one already need not be.
        FileStatus made = FileStatus.Of(file);
        bool group = gid is null || gid == made.Gid || InodeChanges.TryChangeOwner(file, null, gid) == 0;
        bool user = uid is null || uid == made.Uid;
        if (!user || !group)
        {
            string what = user ? $"group {gid}" : group ? $"owner {uid}" : $"owner {uid}:{gid}";
            report.Refused(Refusal.Owner, entry.Path, $"{what} cannot be set: {Errno.Describe(errno)}");
        }

        return (user, group);
    }

    private void SetMode(UnixFile file, EntryRecord entry, FileStatus? now, bool user, bool group)
    {
        if (entry.Mode is not { } mode || entry.Type == EntryType.SymbolicLink)
        {
            return;
        }

        // A program must not run as an owner for whom it was not meant.
        bool isProgram = entry.Type != EntryType.Directory;
        uint wanted = mode & ~(!user && isProgram ? FileModes.SetUser : 0) & ~(!group && isProgram ? FileModes.SetGroup : 0);
        int errno = InodeChanges.TryChangeMode(file, wanted);
        if (errno != 0)
        {
            RestoreReport.EndIfHopeless(errno, "chmod", entry.Path);
            report.Refused(Refusal.Mode, entry.Path, $"mode cannot be set: {Errno.Describe(errno)}");
        }
        else if (wanted != mode || ((mode & FileModes.SetGroup) != 0 && FileStatus.Of(file).Mode != mode))
        {
            // The system takes set-group-ID away silently from those outside the group.
            report.Refused(Refusal.Mode, entry.Path, "its set-user-ID or set-group-ID bit is not set, because its owner is not");
        }
    }

    private void SetTime(UnixFile file, BytePath path, UnixTime mtime)
    {
        int errno = InodeChanges.TrySetMtime(file, mtime);
        if (errno != 0)
        {
            RestoreReport.EndIfHopeless(errno, "utimensat", path);
            report.Refused(Refusal.Time, path, $"time cannot be set: {Errno.Describe(errno)}");
        }
        else if (mtime.Seconds is < 0 or > int.MaxValue && FileStatus.Of(file).Mtime.Seconds != mtime.Seconds)
        {
            report.Refused(Refusal.Time, path, $"the file system has no time {mtime}");
        }
    }

    private void SetFlags(UnixFile file, EntryRecord entry, FileStatus? now, bool guards)
    {
        uint wanted = (entry.Flags ?? 0) & InodeFlags.CanBeSet;
        uint held = now is { } status ? InodeFlags.Of(status) & InodeFlags.CanBeSet : 0;
        if (entry.Type is not (EntryType.File or EntryType.Directory) || (wanted | held) == 0)
        {
            return;
        }

        // Of an entry that records no flags only those are known that statx(2) reports.
        uint among = (entry.Flags is null ? InodeFlags.InStatus & InodeFlags.CanBeSet : InodeFlags.CanBeSet) & ~(guards ? 0 : Guards);
        int errno = InodeChanges.TrySetFlags(file, wanted, among);
        if (errno == 0)
        {
            return;
        }

        // A file system that does not know one of them refuses them all.
        uint refused = 0;
        for (uint rest = among; rest != 0; rest &= rest - 1)
        {
            uint bit = rest & ~(rest - 1);
            refused |= InodeChanges.TrySetFlags(file, wanted & bit, bit) == 0 ? 0 : bit;
        }

        refused &= wanted | held;
        if (refused != 0)
        {
            report.Refused(Refusal.Flags, entry.Path,
                $"inode flags {System.Text.Encoding.ASCII.GetString(FlagNames.Write(refused))} cannot be changed: {Errno.Describe(errno)}");
        }
    }
}
