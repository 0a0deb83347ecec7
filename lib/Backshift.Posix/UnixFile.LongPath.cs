namespace Backshift.Posix;

public sealed partial class UnixFile
{
    // PATH_MAX counts the NUL.
    private const int LongestPath = 4095;

    /// <summary>As <see cref="TryOpen"/>, also for paths that are longer than the system takes in one piece: they are walked in steps.</summary>
    public static UnixFile? TryOpenLong(BytePath path, OpenFor how, out int errno)
    {
        if (path.Length <= LongestPath)
        {
            return TryOpen(null, path, how, out errno);
        }

        UnixFile? directory = null;
        ReadOnlySpan<byte> rest = path.Span;
        try
        {
            while (rest.Length > LongestPath)
            {
                int slash = rest[..LongestPath].LastIndexOf((byte)'/');
                if (slash <= 0)
                {
                    errno = Errno.ENAMETOOLONG;
                    return null;
                }

                UnixFile? next = TryOpen(directory, new BytePath(rest[..slash]), OpenFor.Directory | OpenFor.Passage, out errno);
                if (next is null)
                {
                    return null;
                }

                directory?.Dispose();
                directory = next;
                rest = rest[(slash + 1)..].TrimStart((byte)'/');
            }

            UnixFile? file = TryOpen(directory, new BytePath(rest), how, out errno);
            return file is null ? null : new UnixFile(file.Release(), path);
        }
        finally
        {
            directory?.Dispose();
        }
    }

    /// <summary>Gives the descriptor away; this object is as if disposed.</summary>
    private int Release()
    {
        GC.SuppressFinalize(this);
        return Interlocked.Exchange(ref number, -1);
    }
}
