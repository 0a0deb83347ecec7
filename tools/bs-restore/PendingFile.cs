using Backshift.Posix;

namespace Backshift.Tools.Restore;

/// <summary>A new file that is not under its name yet: without one or, where there is no such thing, with a temporary one. Unless it gets its name, it
/// goes.</summary>
internal sealed class PendingFile : IDisposable
{
    private readonly UnixFile directory;
    private BytePath? temporary;

    private PendingFile(UnixFile directory, UnixFile file, BytePath? temporary)
    {
        this.directory = directory;
        File = file;
        this.temporary = temporary;
    }

    internal UnixFile File { get; }

    /// <summary>Creates the file in its directory.</summary>
    /// <param name="directory">The directory; it stays open until the file is closed.</param>
    /// <param name="path">The path for messages.</param>
    /// <param name="unnamed">Whether it may be without a name, where the file system has such files: to give it one later may take /proc.</param>
    /// <param name="errno">0, or the error number.</param>
    internal static PendingFile? TryCreate(UnixFile directory, BytePath path, bool unnamed, out int errno)
    {
        errno = Errno.EOPNOTSUPP;
        UnixFile? file = unnamed ? UnixFile.TryCreateUnnamed(directory, path, out errno) : null;
        return file is not null ? new PendingFile(directory, file, null)
            : UnixFile.MeansNoUnnamed(errno) ? TryCreateNamed(directory, path, out errno)
            : null;
    }

    private static PendingFile? TryCreateNamed(UnixFile directory, BytePath path, out int errno)
    {
        BytePath name = TemporaryNames.New();
        UnixFile? file = UnixFile.TryCreate(directory, name, path, out errno);
        if (file is null)
        {
            return null;
        }

        Lock(file);
        return new PendingFile(directory, file, name);
    }

    /// <summary>Gives the file its name if that is free; only for one without a name.</summary>
    /// <returns>0, or the error number; <see cref="Errno.EEXIST"/> if it has a temporary name, too.</returns>
    internal int TryGiveFreeName(ReadOnlySpan<byte> terminatedName) =>
        temporary is null ? File.TryGiveName(directory, terminatedName) : Errno.EEXIST;

    /// <summary>The temporary name, which the file gets if it has none yet; from then on the caller renames or deletes it.</summary>
    /// <returns>0, or the error number.</returns>
    internal int TryTakeName(out BytePath name)
    {
        int errno = 0;
        name = temporary ?? TemporaryNames.New();
        if (temporary is null)
        {
            Lock(File);
            errno = File.TryGiveName(directory, name.Terminated());
        }

        temporary = null;
        return errno;
    }

    public void Dispose()
    {
        File.Dispose();
        if (temporary is { } name)
        {
            _ = DirectoryChanges.TryDelete(directory, name.Terminated());
        }
    }

    /// <summary>Tells other restores that the name is in use.</summary>
    private static void Lock(UnixFile file)
    {
        try
        {
            _ = file.TryLock(exclusive: true);
        }
        catch (UnixException e) when (Errno.MeansNoLocks(e.Errno))
        {
            // Where there are no locks, others go by its age.
        }
    }
}
