using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Chunk;

/// <summary>Opens the files that entries mean. May be used by several threads.</summary>
internal sealed class FileOpener
{
    // A page stays dirty for half a minute before the kernel writes it by itself, longer while the disk is busy.
    private const long Unwritten = 600;

    // Files younger than this when the save begins are read again by the next one anyway, see bs-since.
    private const long Racy = 2;

    private readonly FlagReader flags = new();
    private readonly bool leaveCache;
    private readonly bool ignoreInode;
    private ulong renumbering;

    /// <param name="leaveCache">Whether the page cache is to stay as it is.</param>
    /// <param name="ignoreInode">Whether the numbers of inodes mean nothing.</param>
    internal FileOpener(bool leaveCache = false, bool ignoreInode = false)
    {
        this.leaveCache = leaveCache;
        this.ignoreInode = ignoreInode;
    }

    /// <summary>When the save began, if the stream says so.</summary>
    internal UnixTime? Started { get; set; }

    /// <summary>Opens the file of an entry and makes sure that it is that one.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="status">The file as it was when it was opened.</param>
    /// <param name="refusal">Why it cannot be had, or null.</param>
    /// <param name="errno">The error number that goes with it, or 0.</param>
    /// <exception cref="UnixException">The status of the open file cannot be had.</exception>
    internal UnixFile? Open(EntryRecord entry, out FileStatus status, out string? refusal, out int errno)
    {
        status = default;
        UnixFile? file = Open(entry.Source ?? entry.Path, out bool throughLink, out errno);
        if (file is null)
        {
            refusal = errno is Errno.ELOOP or Errno.ENXIO ? EntryMatch.Replaced : Errno.Describe(errno);
            errno = refusal == EntryMatch.Replaced ? 0 : errno;
            return null;
        }

        bool keep = false;
        try
        {
            status = FileStatus.Of(file);
            refusal = EntryMatch.Refuse(entry, in status, throughLink, ignoreInode || Volatile.Read(ref renumbering) == status.Dev);
            if (refusal is not null)
            {
                return null;
            }

            if (entry.Ino is { } ino && ino != status.Ino && EntryMatch.IsVersion(entry, in status) && !EntryMatch.KnowsBirth(entry, in status))
            {
                // The same file under another number: this file system makes them up. From now on files of it may have changed since the walk, too.
                Volatile.Write(ref renumbering, status.Dev);
            }

            Prepare(file, in status);
            keep = true;
            return file;
        }
        finally
        {
            if (!keep)
            {
                file.Dispose();
            }
        }
    }

    /// <summary>All inode flags of an open file.</summary>
    internal uint FlagsOf(UnixFile file, in FileStatus status) => flags.Read(file, in status);

    private void Prepare(UnixFile file, in FileStatus status)
    {
        // A page that is mapped and dirty can be written to again, after we read it, without a new mtime or ctime; once it is on its way to the disk it cannot.
        if (Started is { } started && status.Size > 0 && status.Mtime.Seconds >= started.Seconds - Unwritten && status.Mtime.Seconds <= started.Seconds - Racy)
        {
            file.StartWriteBack();
        }

        if (leaveCache)
        {
            file.LeaveCache(status.Size);
        }
    }

    private static UnixFile? Open(BytePath path, out bool throughLink, out int errno)
    {
        // A file that was swapped for a fifo must not hold us up, nor one swapped for a link lead us elsewhere.
        const OpenFor Always = OpenFor.NoFollow | OpenFor.NoBlocking;
        UnixFile? file = Open(path, Always | OpenFor.NoAccessTime, out throughLink, out errno);
        if (file is null && errno == Errno.EPERM)
        {
            // Only its owner and root may leave the access time alone.
            file = Open(path, Always, out throughLink, out errno);
        }

        if (file is null && errno == Errno.EAGAIN && FileStatus.TryGet(path, out FileStatus status) == 0 && status.Kind == FileKind.Regular)
        {
            // Another process has a lease on it (fcntl(2), as Samba does): the kernel breaks the lease while we wait.
            file = Open(path, OpenFor.NoFollow, out throughLink, out errno);
        }

        return file;
    }

    private static UnixFile? Open(BytePath path, OpenFor how, out bool throughLink, out int errno)
    {
        UnixFile? file = UnixFile.TryOpenWithoutLinks(null, path, how, out errno);
        throughLink = errno == Errno.ELOOP;
        return throughLink ? UnixFile.TryOpenLong(path, how, out errno) : file;
    }
}
