namespace Backshift.Posix;

/// <summary>
/// A directory that is held by a descriptor. All that lies below is named relative to it, so it stays the same directory whatever is moved, mounted or
/// unmounted at its path meanwhile. No symbolic link below it is ever followed. Paths are relative, without empty, "." or ".." components.
/// </summary>
public sealed unsafe partial class HeldDirectory : IDisposable
{
    private readonly UnixFile directory;
    private readonly bool resolvesBeneath;

    private HeldDirectory(UnixFile directory)
    {
        this.directory = directory;
        resolvesBeneath = CanResolveBeneath(directory);
    }

    /// <summary>The path that it was opened by, for messages.</summary>
    public BytePath Path => directory.Path;

    /// <summary>Mode of files that are made below, whatever the umask.</summary>
    public uint FileMode { get; set; } = FileModes.PrivateFile;

    /// <summary>Mode of directories that are made below, whatever the umask.</summary>
    public uint DirectoryMode { get; set; } = FileModes.PrivateDirectory;

    /// <summary>Opens a directory. Links in <paramref name="path"/> itself are followed.</summary>
    /// <param name="path">The path, absolute or relative to the working directory.</param>
    /// <param name="errno">0, or the error number.</param>
    /// <returns>Null where the system refuses.</returns>
    public static HeldDirectory? TryOpen(BytePath path, out int errno)
    {
        UnixFile? directory = UnixFile.TryOpen(null, path, OpenFor.Directory, out errno);
        return directory is null ? null : new HeldDirectory(directory);
    }

    /// <inheritdoc cref="TryOpen(BytePath, out int)"/>
    /// <exception cref="UnixException">The system refused.</exception>
    public static HeldDirectory Open(BytePath path) => TryOpen(path, out int errno) ?? throw new UnixException(errno, "open", path.ToString());

    /// <summary>A directory below this one, held by itself.</summary>
    /// <param name="path">The path from here.</param>
    /// <param name="errno">0, or the error number.</param>
    /// <returns>Null where the system refuses, and where a link is on the way.</returns>
    public HeldDirectory? TryHold(BytePath path, out int errno)
    {
        UnixFile? below = TryOpen(path, OpenFor.Directory, out errno);
        return below is null ? null : new HeldDirectory(below) { FileMode = FileMode, DirectoryMode = DirectoryMode };
    }

    /// <summary>The status of the directory itself.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public FileStatus Status => FileStatus.Of(directory);

    /// <summary>Opens what lies at <paramref name="path"/> for reading; null, and an error number, where the system refuses: ELOOP for a symbolic
    /// link.</summary>
    /// <param name="path">The path from here; empty for this directory.</param>
    /// <param name="how">Further flags for open(2).</param>
    /// <param name="errno">0, or the error number.</param>
    public UnixFile? TryOpen(BytePath path, OpenFor how, out int errno)
    {
        BytePath from = path.IsEmpty ? new BytePath("."u8) : path;
        BytePath shown = path.IsEmpty ? Path : Path.Join(path);
        if (!resolvesBeneath)
        {
            return TryOpenInSteps(from, shown, how, out errno);
        }

        int fd;
        fixed (byte* name = from.Terminated())
        {
            do
            {
                // With O_NOFOLLOW and O_DIRECTORY a link would be no directory (ENOTDIR); without it, it is a link (ELOOP).
                fd = Libc.OpenAt2(directory.Number, name, UnixFile.FlagsOf(how & ~OpenFor.NoFollow), Libc.RESOLVE_BENEATH | Libc.RESOLVE_NO_SYMLINKS);
            }
            while (fd < 0 && Errno.Last == Errno.EINTR);
        }

        errno = fd < 0 ? Errno.Last : 0;
        return fd < 0 ? null : UnixFile.Of(fd, shown);
    }

    /// <summary>Opens a regular file for reading.</summary>
    /// <param name="path">The path from here.</param>
    /// <param name="errno">0, or the error number.</param>
    /// <param name="otherKind">Whether there is something else: a symbolic link, a directory, a fifo, a socket or a device.</param>
    /// <returns>The file, or null.</returns>
    public UnixFile? TryOpenRegular(BytePath path, out int errno, out bool otherKind) => TryOpenRegular(path, out errno, out otherKind, out _);

    /// <inheritdoc cref="TryOpenRegular(BytePath, out int, out bool)"/>
    /// <param name="path">The path from here.</param>
    /// <param name="errno">0, or the error number.</param>
    /// <param name="otherKind">Whether there is something else.</param>
    /// <param name="opened">The status of the file, if there is one.</param>
    public UnixFile? TryOpenRegular(BytePath path, out int errno, out bool otherKind, out FileStatus opened)
    {
        // A fifo is opened at once and a device does not wait, so that their kind can be seen.
        UnixFile? file = TryOpen(path, OpenFor.NoFollow | OpenFor.NoBlocking, out errno);
        if (file is null && errno == Errno.EAGAIN && TryGetStatus(path, out FileStatus leased) == 0 && leased.Kind == FileKind.Regular)
        {
            // Another process has a lease on the file, fcntl(2); the kernel breaks the lease while we wait.
            file = TryOpen(path, OpenFor.NoFollow, out errno);
        }

        opened = file is null ? default : FileStatus.Of(file);
        otherKind = file is null
            ? errno is Errno.ELOOP or Errno.ENXIO && TryGetStatus(path, out FileStatus status) == 0 && status.Kind != FileKind.Regular
            : opened.Kind != FileKind.Regular;
        if (file is not null && otherKind)
        {
            file.Dispose();
            file = null;
        }

        return file;
    }

    /// <summary>The status of what lies at <paramref name="path"/>, not of what a link there points to.</summary>
    /// <returns>0, or the error number.</returns>
    public int TryGetStatus(BytePath path, out FileStatus status)
    {
        using UnixFile? parent = TryOpenParent(path, out int errno);
        status = default;
        return parent is null ? errno : FileStatus.TryGet(parent, new BytePath(path.Name).Terminated(), out status);
    }

    /// <summary>All names in a directory, sorted by byte; null, and an error number, where it cannot be opened.</summary>
    /// <param name="path">The path from here; empty for this directory.</param>
    /// <param name="errno">0, or the error number.</param>
    /// <exception cref="UnixException">It cannot be read.</exception>
    public List<BytePath>? TryList(BytePath path, out int errno)
    {
        UnixFile? listed = TryOpen(path, OpenFor.Directory, out errno);
        return listed is null ? null : DirectoryReader.ListAndClose(listed);
    }

    public void Dispose() => directory.Dispose();

    /// <summary>The directory that holds the last component of <paramref name="path"/>, only to start from.</summary>
    private UnixFile? TryOpenParent(BytePath path, out int errno) => TryOpen(path.Parent, OpenFor.Directory | OpenFor.Passage, out errno);

    /// <summary>As openat2(2) does it, one component after the other: for kernels before Linux 5.6, and sandboxes that do not know the call.</summary>
    private UnixFile? TryOpenInSteps(BytePath path, BytePath shown, OpenFor how, out int errno)
    {
        UnixFile? step = null;
        ReadOnlySpan<byte> rest = path.Span;
        try
        {
            while (true)
            {
                int slash = rest.IndexOf((byte)'/');
                BytePath name = new(slash < 0 ? rest : rest[..slash]);
                OpenFor here = slash < 0 ? how : OpenFor.Directory | OpenFor.Passage;
                UnixFile? next = UnixFile.TryOpenAs(step ?? directory, name, here | OpenFor.NoFollow, shown, out errno);
                if (next is null)
                {
                    // With O_DIRECTORY a link is no directory; openat2 calls it a link.
                    errno = errno == Errno.ENOTDIR && FileStatus.TryGet(step ?? directory, name.Terminated(), out FileStatus status) == 0
                        && status.Kind == FileKind.SymbolicLink
                        ? Errno.ELOOP
                        : errno;
                    return null;
                }

                step?.Dispose();
                step = next;
                if (slash < 0)
                {
                    step = null;
                    return next;
                }

                rest = rest[(slash + 1)..];
            }
        }
        finally
        {
            step?.Dispose();
        }
    }

    private static bool CanResolveBeneath(UnixFile directory)
    {
        fixed (byte* name = "."u8)
        {
            int fd = Libc.OpenAt2(directory.Number, name, UnixFile.FlagsOf(OpenFor.Directory | OpenFor.Passage),
                Libc.RESOLVE_BENEATH | Libc.RESOLVE_NO_SYMLINKS);
            if (fd < 0)
            {
                return false;
            }

            _ = Libc.Close(fd);
            return true;
        }
    }
}
