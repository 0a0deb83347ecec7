namespace Backshift.Posix;

/// <summary>
/// Reads inode flags of open files, and remembers which device has none: a FUSE file system opens the file anew for each such question, only to say that it
/// does not know what is meant. May be used by several threads.
/// </summary>
public sealed class FlagReader
{
    // One is enough: trees follow each other, they are not mixed. 0 is no device of files.
    private ulong without;

    /// <summary>All kept flags of an open file or directory, or those in its status if the file system does not report more.</summary>
    /// <param name="file">The file.</param>
    /// <param name="status">Its status.</param>
    public uint Read(UnixFile file, in FileStatus status)
    {
        if (Volatile.Read(ref without) == status.Dev)
        {
            return InodeFlags.Of(status);
        }

        int errno = InodeFlags.TryRead(file, out uint flags);
        if (errno is Errno.ENOTTY or Errno.EOPNOTSUPP or Errno.ENOSYS)
        {
            Volatile.Write(ref without, status.Dev);
        }

        return errno == 0 ? flags : InodeFlags.Of(status);
    }
}
