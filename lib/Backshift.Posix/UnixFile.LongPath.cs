namespace Backshift.Posix;

public sealed unsafe partial class UnixFile
{
    // Answers once: sandboxes refuse the call with EPERM, which O_NOATIME gives for another reason.
    private static readonly bool KnowsOpenAt2 = ProbeOpenAt2();

    /// <summary>As <see cref="TryOpen"/>, also for paths that are longer than the system takes in one piece: they are walked in steps.</summary>
    public static UnixFile? TryOpenLong(BytePath path, OpenFor how, out int errno) => TryOpenInSteps(null, path, how, TryOpen, out errno);

    /// <summary>
    /// As <see cref="TryOpenLong"/>, and refuses with <see cref="Errno.ELOOP"/> where any part of the path is a symbolic link: a user who may change a
    /// directory on the way cannot lead the call elsewhere.
    /// </summary>
    /// <param name="directory">Where a relative path starts, or null for the working directory.</param>
    /// <param name="path">The path.</param>
    /// <param name="how">Further flags for open(2).</param>
    /// <param name="errno">0, or the error number.</param>
    public static UnixFile? TryOpenWithoutLinks(UnixFile? directory, BytePath path, OpenFor how, out int errno) =>
        TryOpenInSteps(directory, path, how, KnowsOpenAt2 ? TryOpenAt2 : TryOpenByComponents, out errno);

    /// <summary>The way of kernels before 5.6 and of sandboxes that do not know openat2(2): one component after the other. The path is at most PATH_MAX
    /// long.</summary>
    internal static UnixFile? TryOpenByComponents(UnixFile? directory, BytePath path, OpenFor how, out int errno)
    {
        ReadOnlySpan<byte> rest = path.Span;
        UnixFile? current = null;
        errno = 0;
        try
        {
            if (rest.StartsWith("/"u8))
            {
                current = TryOpen(null, BytePath.Of("/"), OpenFor.Directory | OpenFor.Passage, out errno);
                rest = rest.TrimStart((byte)'/');
            }

            for (int slash = rest.IndexOf((byte)'/'); slash >= 0 && errno == 0; slash = rest.IndexOf((byte)'/'))
            {
                BytePath name = new(rest[..slash]);
                UnixFile? next = TryOpen(current ?? directory, name, OpenFor.Directory | OpenFor.Passage | OpenFor.NoFollow, out errno);
                errno = errno == Errno.ENOTDIR && IsLink(current ?? directory, name) ? Errno.ELOOP : errno;

                current?.Dispose();
                current = next;
                rest = rest[slash..].TrimStart((byte)'/');
            }

            if (errno != 0)
            {
                return null;
            }

            BytePath last = new(rest.IsEmpty ? "."u8 : rest);
            UnixFile? file = TryOpen(current ?? directory, last, how | OpenFor.NoFollow, out errno);
            errno = errno == Errno.ENOTDIR && IsLink(current ?? directory, last) ? Errno.ELOOP : errno;
            return file is null ? null : new UnixFile(file.Release(), path);
        }
        finally
        {
            current?.Dispose();
        }
    }

    /// <summary>With O_DIRECTORY and O_NOFOLLOW a link is no directory.</summary>
    private static bool IsLink(UnixFile? directory, BytePath name) =>
        FileStatus.TryGet(directory, name.Terminated(), out FileStatus status) == 0 && status.Kind == FileKind.SymbolicLink;

    private static UnixFile? TryOpenAt2(UnixFile? directory, BytePath path, OpenFor how, out int errno)
    {
        int fd;
        fixed (byte* name = path.Terminated())
        {
            do
            {
                // With O_NOFOLLOW and O_DIRECTORY a link would be no directory; without it, it is a link.
                fd = Libc.OpenAt2(directory?.Number ?? Libc.AT_FDCWD, name, FlagsOf(how & ~OpenFor.NoFollow), Libc.RESOLVE_NO_SYMLINKS);
            }
            while (fd < 0 && Errno.Last == Errno.EINTR);
        }

        errno = fd < 0 ? Errno.Last : 0;
        return fd < 0 ? null : new UnixFile(fd, path);
    }

    private static bool ProbeOpenAt2()
    {
        using UnixFile? root = TryOpenAt2(null, BytePath.Of("/"), OpenFor.Directory | OpenFor.Passage, out _);
        return root is not null;
    }

    private static UnixFile? TryOpenInSteps(UnixFile? directory, BytePath path, OpenFor how, LongPath.Opening open, out int errno)
    {
        errno = LongPath.TryShorten(directory, path.Span, OpenFor.Directory | OpenFor.Passage, open, out UnixFile? nearer, out int start);
        if (nearer is null)
        {
            return errno == 0 ? open(directory, path, how, out errno) : null;
        }

        using (nearer)
        {
            UnixFile? file = open(nearer, new BytePath(path.Span[start..]), how, out errno);
            return file is null ? null : new UnixFile(file.Release(), path);
        }
    }

    /// <summary>Gives the descriptor away; this object is as if disposed.</summary>
    private int Release()
    {
        GC.SuppressFinalize(this);
        return Interlocked.Exchange(ref number, -1);
    }
}
