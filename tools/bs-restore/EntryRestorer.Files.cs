using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Restore;

internal sealed partial class EntryRestorer
{
    /// <summary>Begins a file.</summary>
    /// <param name="entry">The file.</param>
    /// <returns>Takes the content; null if there is no place for it, which was reported.</returns>
    /// <exception cref="UnixException">It cannot be created.</exception>
    internal FileRestore? TryStartFile(EntryRecord entry)
    {
        if (!TryEnter(entry, out UnixFile? parent))
        {
            return null;
        }

        UnixFile? old = options.Compares ? ExistingFiles.TryOpen(parent, entry, out _, out _) : null;
        return new FileRestore(options.DryRun ? null : () => Create(parent, entry), old);
    }

    /// <summary>Puts a file whose content is complete in its place; an equal one that is there gets the attributes that differ.</summary>
    /// <exception cref="UnixException">It cannot be written.</exception>
    internal void FinishFile(FileRestore file, EntryRecord entry)
    {
        if (file.Length != (entry.Size ?? file.Length))
        {
            LeaveOut(entry, $"its content is {file.Length} bytes long, not {entry.Size}; left out");
            return;
        }

        file.Finish(rewrite: file.Old is { } old && HasOtherNames(FileStatus.Of(old), entry) && metadata.Differs(old, entry, FileStatus.Of(old)));
        if (file.New is { } pending)
        {
            Place(pending, entry);
        }
        else if (!file.Differs)
        {
            Update(file.Old!, entry);
        }
        else if (TryEnter(entry, out UnixFile? parent))
        {
            Show(entry, FileStatus.TryGet(parent, NameOf(entry), out _) == 0);
        }
    }

    /// <summary>Shows what a restore would do with a file.</summary>
    internal void ShowFile(EntryRecord entry, Likeness likeness)
    {
        if (likeness != Likeness.Same && TryEnter(entry, out UnixFile? parent))
        {
            Show(entry, FileStatus.TryGet(parent, NameOf(entry), out _) == 0);
        }
    }

    /// <summary>Gives a file with the right content the attributes that differ. Files are compared ahead: it must still be there as it was.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="verdict">What its comparison had for a result.</param>
    internal void UpdateFile(EntryRecord entry, in Verdict verdict)
    {
        if (!TryEnter(entry, out UnixFile? parent))
        {
            return;
        }

        // What other programs have done since the comparison is no different from what they do after the restore. What the restore itself did may have put
        // something else in this place: two paths can lead to one file, by a mount or where case does not count.
        if (verdict.Likeness == Likeness.Same && verdict.Changes == Changes)
        {
            return;
        }

        FileStatus seen = verdict.Seen;
        int errno = FileStatus.TryGet(parent, NameOf(entry), out FileStatus now);
        if (errno != 0 || !now.IsSameFile(seen) || now.Mtime != seen.Mtime || now.Size != seen.Size)
        {
            LeaveOut(entry, "was changed after it was compared; left out");
        }
        else if (verdict.Likeness == Likeness.SameContent)
        {
            using UnixFile? file = OpenForChange(parent, entry, out errno);
            if (file is null || !FileStatus.Of(file).IsSameFile(seen))
            {
                Fail(entry, file is null ? errno : Errno.ESTALE, "open");
            }
            else
            {
                Update(file, entry);
            }
        }
    }

    /// <summary>Whether and in what a file that is there differs.</summary>
    internal bool AttributesDiffer(UnixFile file, EntryRecord entry, in FileStatus now) => metadata.Differs(file, entry, now);

    /// <summary>Whether a file has names that are not restored: its attributes are theirs too, so it must not be changed.</summary>
    internal static bool HasOtherNames(in FileStatus now, EntryRecord entry) => now.Nlink > Math.Max(1, entry.Nlink ?? 1);

    /// <summary>Reports that a file could not be written; ends the restore if there is no hope for the others.</summary>
    internal void FailFile(EntryRecord entry, UnixException refused)
    {
        // Only the old file is read: if that fails, another one may still be written.
        RestoreReport.EndIfHopeless(refused.Call == "pread" ? 0 : refused.Errno, refused.Call, entry.Path);
        failed.Add(entry);
        report.Problem(refused.Message);
    }

    private PendingFile Create(UnixFile parent, EntryRecord entry)
    {
        // It may have a name from the start.
        Changes++;
        PendingFile pending = PendingFile.TryCreate(parent, entry.Path, hasProc, out int errno)
            ?? throw new UnixException(errno, "open", entry.Path.ToString());
        metadata.PrepareEmpty(pending.File, entry);
        return pending;
    }

    private void Place(PendingFile pending, EntryRecord entry)
    {
        if (!TryEnter(entry, out UnixFile? parent))
        {
            return;
        }

        Changes++;
        metadata.Apply(pending.File, entry, null);
        byte[] name = NameOf(entry);
        int errno = pending.TryGiveFreeName(name);
        bool isThere = errno == Errno.EEXIST && FileStatus.TryGet(parent, name, out _) == 0;
        if (errno == Errno.EEXIST)
        {
            errno = pending.File.TryCloseCopy();
            if (errno == 0)
            {
                errno = pending.TryTakeName(out BytePath made);
                if (errno == 0 && !TryReplace(parent, made, entry))
                {
                    return;
                }
            }
        }

        if (errno != 0)
        {
            Fail(entry, errno, "link");
            return;
        }

        Show(entry, isThere);
        if (((entry.Flags ?? 0) & MetadataWriter.Guards) != 0)
        {
            late.AddFile(entry);
        }
    }

    private void Update(UnixFile file, EntryRecord entry)
    {
        FileStatus now = FileStatus.Of(file);
        if (!metadata.Differs(file, entry, now))
        {
            return;
        }

        lines.Change(entry.Path);
        if (options.DryRun)
        {
            return;
        }

        Changes++;
        if ((InodeFlags.Of(now) & MetadataWriter.Guards) != 0)
        {
            _ = InodeChanges.TrySetFlags(file, 0, MetadataWriter.Guards);
        }

        metadata.Apply(file, entry, now);
        if (((entry.Flags ?? 0) & MetadataWriter.Guards) != 0)
        {
            late.AddFile(entry);
        }
    }
}
