using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Restore;

internal sealed partial class EntryRestorer
{
    /// <summary>Shows what would be deleted; in a dry run no directory waits for its attributes.</summary>
    internal void ShowOthers(EntryRecord entry, Func<BytePath, bool> isKept, CancellationToken cancel)
    {
        BytePath path = entry.Path.Span.SequenceEqual("."u8) ? default : entry.Path;
        using UnixFile? open = places.TryEnter(path.Span, make: false, out _, out _) is { } place
            ? UnixFile.TryOpen(place, new BytePath("."u8), OpenFor.Directory, out _)
            : null;
        if (open is not null)
        {
            DeleteOthers(open, path, isKept, cancel);
        }
    }

    /// <summary>Deletes what a directory has and the saveset does not.</summary>
    private void DeleteOthers(UnixFile directory, BytePath path, Func<BytePath, bool> isKept, CancellationToken cancel)
    {
        try
        {
            DeleteListed(directory, path, isKept, cancel);
        }
        catch (UnixException e) when (e.Errno == Errno.ENOENT)
        {
            // Another program has deleted the directory while it was read: it has no names any more.
        }
        catch (UnixException e)
        {
            report.Problem(path, e.Errno, "getdents64");
        }
    }

    private void DeleteListed(UnixFile directory, BytePath path, Func<BytePath, bool> isKept, CancellationToken cancel)
    {
        ulong device = FileStatus.Of(directory).Dev;
        UnixFile? listed = UnixFile.TryOpen(directory, new BytePath("."u8), OpenFor.Directory, out int errno);
        if (listed is null)
        {
            report.Problem(path, errno, "open");
            return;
        }

        // Linux allows names to be deleted that were listed already.
        using DirectoryReader reader = new(listed);
        while (reader.TryRead(out ReadOnlySpan<byte> found, out _))
        {
            cancel.ThrowIfCancellationRequested();
            BytePath name = new(found), whole = path.Join(found);
            if (isKept(whole) || FileStatus.TryGet(directory, name.Terminated(), out FileStatus status) != 0)
            {
                continue;
            }

            if (status.Dev != device)
            {
                report.Note($"{whole}: is on another file system; not deleted");
            }
            else if (options.DryRun || TryDelete(directory, name, whole, status))
            {
                lines.Delete(whole, status.Kind == FileKind.Directory);
            }
        }
    }

    private bool TryDelete(UnixFile directory, BytePath name, BytePath path, in FileStatus status)
    {
        byte[] terminated = name.Terminated();
        EntryRecord entry = new() { Path = path, Type = EntryType.File };
        if (status.Kind == FileKind.Directory)
        {
            return (DirectoryChanges.TryDelete(directory, terminated, isDirectory: true) == 0) || removal.TryRemove(directory, terminated, path);
        }

        int errno = DirectoryChanges.TryDelete(directory, terminated);
        if (errno == Errno.EPERM && TryUnguard(directory, terminated, entry, status))
        {
            errno = DirectoryChanges.TryDelete(directory, terminated);
        }

        if (errno is not (0 or Errno.ENOENT))
        {
            report.Problem($"{new UnixException(errno, "unlink", path.ToString()).Message}; not deleted");
        }

        return errno == 0;
    }
}
