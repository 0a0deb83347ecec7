namespace Backshift.Posix;

public sealed unsafe partial class UnixFile
{
    /// <summary>
    /// Creates a file that has no name and goes with the process, for its owner alone: scratch space. Where the file system has no such files (O_TMPFILE), it
    /// has the name <paramref name="path"/> for a moment.
    /// </summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public static UnixFile CreateUnnamed(BytePath path)
    {
        BytePath directory = path.Parent.IsEmpty ? BytePath.Of(".") : path.Parent;
        int fd;
        fixed (byte* name = directory.Terminated())
        {
            // With O_EXCL it can never be given a name.
            fd = Libc.OpenAt(Libc.AT_FDCWD, name, Libc.O_RDWR | Libc.O_TMPFILE | Libc.O_EXCL | Libc.O_CLOEXEC, FileModes.PrivateFile);
        }

        return fd >= 0 ? new UnixFile(fd, path) : CreateAndUnlink(path);
    }

    /// <summary>The way of file systems without unnamed files; whatever else was wrong is met again here.</summary>
    internal static UnixFile CreateAndUnlink(BytePath path)
    {
        UnixFile file = Create(path);
        FileNames.Delete(path);
        return file;
    }
}
