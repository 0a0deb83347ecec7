namespace Backshift.Posix;

public sealed unsafe partial class UnixFile
{
    /// <summary>Opens what lies below a directory, for reading, by a path of any length. A symbolic link anywhere in the path is an error
    /// (<see cref="Errno.ELOOP"/>), and nothing outside the directory is reached, whatever is renamed meanwhile.</summary>
    /// <param name="directory">Where the path starts.</param>
    /// <param name="path">The path: relative, without ".." components.</param>
    /// <param name="how">Further flags for open(2).</param>
    /// <param name="errno">0, or the error number.</param>
    public static UnixFile? TryOpenBeneath(UnixFile directory, BytePath path, OpenFor how, out int errno)
    {
        if (path.Span.StartsWith("/"u8))
        {
            errno = Errno.ELOOP;
            return null;
        }

        return TryOpenInSteps(directory, path, how, KnowsOpenAt2 ? TryOpenAt2Beneath : TryOpenByComponents, out errno);
    }

    private static UnixFile? TryOpenAt2Beneath(UnixFile? directory, BytePath path, OpenFor how, out int errno)
    {
        int fd;
        fixed (byte* name = path.Terminated())
        {
            do
            {
                fd = Libc.OpenAt2(directory!.Number, name, FlagsOf(how & ~OpenFor.NoFollow), Libc.RESOLVE_NO_SYMLINKS | Libc.RESOLVE_BENEATH);
            }
            while (fd < 0 && Errno.Last == Errno.EINTR);
        }

        errno = fd < 0 ? Errno.Last : 0;
        return fd < 0 ? null : new UnixFile(fd, path);
    }
}
