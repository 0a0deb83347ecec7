using System.Diagnostics.CodeAnalysis;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Restore;

/// <summary>Puts entries in their places below a directory; see bs-restore(1), "DETAILS".</summary>
internal sealed partial class EntryRestorer : IDisposable
{
    private readonly UnixFile top;
    private readonly RestoreOptions options;
    private readonly RestoreReport report;
    private readonly ChangeLines lines;
    private readonly Func<BytePath, EntryRecord?> findSaved;
    private readonly DirectoryChain places;
    private readonly DirectoryChain targets;
    private readonly MetadataWriter metadata;
    private readonly TemporaryNames temporary;
    private readonly TreeRemoval removal;
    private readonly LateWork late = new();
    private readonly FailedFiles failed = new();
    private readonly bool hasProc = FileStatus.TryGet(BytePath.Of("/proc/self/fd"), out _) == 0;

    // What a directory takes the place of in a dry run: nothing can be entered there.
    private BytePath? replaced;

    private readonly uint usualMode = 0x1FF & ~DirectoryChanges.ReadUmask();

    /// <param name="top">The directory; not closed with this object.</param>
    /// <param name="options">What to do.</param>
    /// <param name="report">Where trouble is reported.</param>
    /// <param name="lines">Where changes are printed.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="findSaved">Finds the entry of a directory that was not asked for and is missing on the way to one that was; null if there is none.</param>
    internal EntryRestorer(
        UnixFile top, RestoreOptions options, RestoreReport report, ChangeLines lines, TimeProvider clock, Func<BytePath, EntryRecord?> findSaved)
    {
        this.top = top;
        this.options = options;
        this.report = report;
        this.lines = lines;
        this.findSaved = findSaved;
        places = new DirectoryChain(top, OnEntered);
        targets = new DirectoryChain(top);
        metadata = new MetadataWriter(options, report);
        temporary = new TemporaryNames(clock);
        removal = new TreeRemoval(report);
    }

    /// <summary>How often this restore has changed what names lead to, or an inode. As long as it stays the same, only other programs have changed anything.
    /// </summary>
    internal long Changes { get; private set; }

    /// <summary>Notes that a directory has nothing in it that a killed restore may have left.</summary>
    internal void NoteClean(BytePath path) => temporary.NoteClean(path);

    /// <summary>Reports that an entry is not restored, and with it later links to it.</summary>
    internal void LeaveOut(EntryRecord entry, string why)
    {
        failed.Add(entry);
        report.Problem($"{entry.Path}: {why}");
    }

    /// <summary>Makes a directory, whose attributes are set at the end, or admits one that is there.</summary>
    internal void RestoreDirectory(EntryRecord entry)
    {
        if (entry.Path.Span.SequenceEqual("."u8))
        {
            if (options.DryRun)
            {
                ShowIfDifferent(top, entry);
                return;
            }

            Admit(top, entry);
            late.AddDirectory(entry);
            return;
        }

        if (!TryEnter(entry, out UnixFile? parent))
        {
            return;
        }

        if (OpenDirectory(parent, entry, out bool isReadable, out _) is { } there)
        {
            // What comes next is likely to be in it.
            places.Take(there, entry.Path.Span);
            ShowIfDifferent(there, entry);
            if (!options.DryRun)
            {
                Admit(there, entry);
                late.AddDirectory(entry, isReadable && !metadata.Differs(there, entry, FileStatus.Of(there)) ? Changes : null);
            }

            return;
        }

        byte[] name = NameOf(entry);
        if (FileStatus.TryGet(parent, name, out FileStatus status) == 0)
        {
            lines.Change(entry.Path, directory: true);
            replaced = entry.Path;
            if (!options.DryRun && !TryRemove(parent, name, entry, status))
            {
                return;
            }
        }
        else
        {
            lines.Add(entry.Path, directory: true);
        }

        if (options.DryRun)
        {
            return;
        }

        Changes++;
        int errno = DirectoryChanges.TryMakeDirectory(parent, name, FileModes.PrivateDirectory);
        int refused = errno;
        UnixFile? directory = errno is 0 or Errno.EEXIST ? OpenDirectory(parent, entry, out _, out refused) : null;
        if (directory is null)
        {
            Fail(entry, refused, "mkdir");
            return;
        }

        places.Take(directory, entry.Path.Span);
        if (errno == 0)
        {
            PrepareEmpty(directory, entry);
        }
        else
        {
            Admit(directory, entry);
        }

        late.AddDirectory(entry);
    }

    /// <summary>Sets what could not be set before, and deletes what is to go.</summary>
    /// <param name="isKept">Whether something in a restored directory is to stay; null to delete nothing.</param>
    /// <param name="cancel">Ends the work.</param>
    internal void Finish(Func<BytePath, bool>? isKept, CancellationToken cancel)
    {
        foreach (EntryRecord entry in late.Files())
        {
            cancel.ThrowIfCancellationRequested();
            Guard(entry);
        }

        // Where something is to be deleted, every directory is looked at.
        foreach (EntryRecord entry in late.Directories(isKept is null ? () => Changes : null))
        {
            cancel.ThrowIfCancellationRequested();
            FinishDirectory(entry, isKept, cancel);
        }
    }

    public void Dispose()
    {
        places.Dispose();
        targets.Dispose();
        late.Dispose();
    }

    private static byte[] NameOf(EntryRecord entry) => new BytePath(entry.Path.Name).Terminated();

    /// <summary>Opens a directory; only to pass, if it may not be read.</summary>
    private static UnixFile? OpenDirectory(UnixFile parent, EntryRecord entry, out bool isReadable, out int errno)
    {
        BytePath name = new(entry.Path.Name);
        UnixFile? directory = UnixFile.TryOpen(parent, name, OpenFor.Directory | OpenFor.NoFollow, out errno);
        isReadable = directory is not null;
        return directory ?? (errno == Errno.EACCES ? UnixFile.TryOpen(parent, name, OpenFor.Directory | OpenFor.Passage | OpenFor.NoFollow, out errno) : null);
    }

    /// <summary>Opens an entry only to pass, which neither waits nor has an effect on a device.</summary>
    private static UnixFile? OpenToPass(UnixFile parent, EntryRecord entry, out int errno) =>
        UnixFile.TryOpen(parent, new BytePath(entry.Path.Name), OpenFor.Passage | OpenFor.NoFollow, out errno);

    /// <summary>Opens a file or directory for what cannot be done through a descriptor that only passes, and otherwise such a one.</summary>
    private static UnixFile? OpenForChange(UnixFile parent, EntryRecord entry, out int errno)
    {
        errno = 0;
        UnixFile? open = entry.Type switch
        {
            EntryType.File => ExistingFiles.TryOpen(parent, entry, out _, out errno),
            EntryType.Directory => UnixFile.TryOpen(parent, new BytePath(entry.Path.Name), OpenFor.NoFollow | OpenFor.Directory, out errno),
            _ => null,
        };
        return open ?? OpenToPass(parent, entry, out errno);
    }

    /// <summary>Enters the directory of an entry. If it cannot be entered, that is reported.</summary>
    private bool TryEnter(EntryRecord entry, [NotNullWhen(true)] out UnixFile? parent)
    {
        ReadOnlySpan<byte> path = entry.Path.Span;
        if (path.SequenceEqual("."u8))
        {
            LeaveOut(entry, "only a directory can be in the place of all; left out");
            parent = null;
            return false;
        }

        int slash = path.LastIndexOf((byte)'/');
        parent = places.TryEnter(slash < 0 ? default : path[..slash], make: !options.DryRun, out int errno, out int end);
        if (parent is not null)
        {
            return true;
        }

        bool isReplaced = replaced is { } above && BytePath.IsWithin(path, above.Span);
        if (options.DryRun && (errno == Errno.ENOENT || isReplaced))
        {
            lines.Add(entry.Path, entry.Type == EntryType.Directory);
            return false;
        }

        BytePath failedAt = new(path[..end]);
        RestoreReport.EndIfHopeless(errno, "mkdir", failedAt);
        LeaveOut(entry, errno is Errno.ELOOP or Errno.ENOTDIR ? $"lies below {failedAt}, which is not a directory; left out"
            : $"{failedAt} cannot be entered: {Errno.Describe(errno)}; left out");
        return false;
    }

    /// <summary>A directory on the way is entered: one that had to be made gets its attributes at the end.</summary>
    private void OnEntered(UnixFile directory, BytePath path, bool made)
    {
        if (made)
        {
            Changes++;
            EntryRecord entry = findSaved(path) is { Type: EntryType.Directory } saved ? saved
                : new EntryRecord { Path = path, Type = EntryType.Directory, Mode = usualMode };
            lines.Add(path, directory: true);
            late.AddDirectory(entry);
        }
        else if (!options.DryRun)
        {
            Sweep(directory, path);
        }
    }

    /// <summary>Makes a directory that is there ready for work in it; all that is changed here is set again at the end.</summary>
    private void Admit(UnixFile directory, EntryRecord entry)
    {
        FileStatus status = FileStatus.Of(directory);
        if ((status.Mode & FileModes.PrivateDirectory) != FileModes.PrivateDirectory && Machine.UserNumber != 0)
        {
            // Where this is refused, what is to be done in the directory will be, and is reported then.
            Changes++;
            _ = InodeChanges.TryChangeMode(directory, status.Mode | FileModes.PrivateDirectory);
        }

        if ((InodeFlags.Of(status) & MetadataWriter.Guards) != 0)
        {
            Changes++;
            using UnixFile? open = UnixFile.TryOpen(directory, new BytePath("."u8), OpenFor.Directory, out _);
            _ = open is null ? 0 : InodeChanges.TrySetFlags(open, 0, MetadataWriter.Guards);
        }

        Sweep(directory, entry.Path);
    }

    private void Sweep(UnixFile directory, BytePath path)
    {
        if (temporary.Sweep(directory, path))
        {
            // A saveset may have entries of such names.
            Changes++;
        }
    }

    private void PrepareEmpty(UnixFile directory, EntryRecord entry)
    {
        if (entry.Flags is > 0)
        {
            using UnixFile? open = UnixFile.TryOpen(directory, new BytePath("."u8), OpenFor.Directory, out _);
            if (open is not null)
            {
                metadata.PrepareEmpty(open, entry);
            }
        }
    }

    private void FinishDirectory(EntryRecord entry, Func<BytePath, bool>? isKept, CancellationToken cancel)
    {
        bool isTop = entry.Path.Span.SequenceEqual("."u8);
        UnixFile? place = places.TryEnter(isTop ? default : entry.Path.Span, make: false, out int errno, out _);
        if (place is null)
        {
            // Another program removed it, or put something else in its place.
            report.Problem(entry.Path, errno, "open");
            return;
        }

        using UnixFile? open = UnixFile.TryOpen(place, new BytePath("."u8), OpenFor.Directory, out errno);
        if (isKept is not null && open is not null)
        {
            DeleteOthers(open, isTop ? default : entry.Path, isKept, cancel);
        }
        else if (isKept is not null)
        {
            report.Problem(entry.Path, errno, "open");
        }

        FileStatus now = FileStatus.Of(place);
        if (metadata.Differs(open ?? place, entry, now))
        {
            Changes++;
            metadata.Apply(open ?? place, entry, now);
            if (open is not null)
            {
                metadata.Guard(open, entry, now);
            }
        }
    }

    private void Guard(EntryRecord entry)
    {
        FileStatus now = default;
        using UnixFile? file = targets.TryEnter(entry.Path.Parent.Span, make: false, out int errno, out _) is { } parent
            ? ExistingFiles.TryOpen(parent, entry, out now, out errno)
            : null;
        if (file is null || (entry.Mtime is { } mtime && mtime != now.Mtime))
        {
            // Another program has put another file in its place.
            report.Problem(entry.Path, file is null ? errno : Errno.ESTALE, "open");
            return;
        }

        metadata.Guard(file, entry, now);
    }

    private void ShowIfDifferent(UnixFile directory, EntryRecord entry)
    {
        if (!lines.AreShown)
        {
            return;
        }

        using UnixFile? open = UnixFile.TryOpen(directory, new BytePath("."u8), OpenFor.Directory, out _);
        if (open is null || metadata.Differs(open, entry, FileStatus.Of(directory)))
        {
            lines.Change(entry.Path, directory: true);
        }
    }

    /// <summary>Reports a call that failed; ends the restore if there is no hope for the others.</summary>
    private void Fail(EntryRecord entry, int errno, string call)
    {
        RestoreReport.EndIfHopeless(errno, call, entry.Path);
        failed.Add(entry);
        report.Problem(entry.Path, errno, call);
    }
}
