namespace Backshift.Posix;

/// <summary>
/// A file that is either wholly there and durable, or not there: written under a temporary name, synced, given its name exclusively, its directory
/// synced. The one road by which anything is published; every error of fsync(2) is reported, which the base library does not do.
/// </summary>
public sealed class DurableFile : IDisposable
{
    private readonly HeldDirectory directory;
    private readonly BytePath temporary;
    private readonly UnixFile file;
    private readonly bool leaveCache;
    private bool published;

    private DurableFile(HeldDirectory directory, BytePath temporary, UnixFile file, bool leaveCache)
    {
        this.directory = directory;
        this.temporary = temporary;
        this.file = file;
        this.leaveCache = leaveCache;
    }

    /// <summary>The open file, to read what was written to it; closed with this object.</summary>
    public UnixFile File => file;

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    /// <summary>Creates the temporary file and locks it, so that others can tell it from one whose writer was killed.</summary>
    /// <param name="directory">Where paths start; not closed with the file.</param>
    /// <param name="temporary">Its name, on the same file system as the last one, not used by any other process.</param>
    /// <param name="leaveCache">Whether its pages leave the cache once they are durable.</param>
    /// <returns>Null if a process that sweeps such files locked it first: try another name.</returns>
    /// <exception cref="UnixException">The system refused.</exception>
    public static DurableFile? TryCreate(HeldDirectory directory, BytePath temporary, bool leaveCache = false)
    {
        UnixFile file = directory.Create(temporary);
        try
        {
            if (!file.TryLock(exclusive: true))
            {
                // Nobody else ever uses this name, so it is not left to be swept a day later.
                file.Dispose();
                _ = directory.TryDelete(temporary);
                return null;
            }
        }
        catch (UnixException e) when (Errno.MeansNoLocks(e.Errno))
        {
            // Its age alone keeps it from being swept.
        }

        return new DurableFile(directory, temporary, file, leaveCache);
    }

    /// <exception cref="UnixException">The system refused.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        file.Write(bytes);
        Length += bytes.Length;
    }

    /// <summary>Makes the contents durable and visible as <paramref name="path"/>. The directory is made if it is missing.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="staysLocked">Whether the lock is kept until the file is closed.</param>
    /// <returns>False if the name is taken; the file can then be published under another.</returns>
    /// <exception cref="UnixException">The system refused; nothing is visible then, or it is whole.</exception>
    public bool TryPublish(BytePath path, bool staysLocked = false)
    {
        file.Sync();
        if (leaveCache)
        {
            file.DropFromCache();
        }

        directory.EnsureDirectory(path.Parent);
        if (!directory.TryRename(temporary, path, file))
        {
            return false;
        }

        published = true;
        if (!staysLocked)
        {
            file.Unlock();
        }

        directory.SyncDirectory(path.Parent);
        return true;
    }

    /// <summary>
    /// Makes the contents durable and exchanges the file with one that is there, in one step; the other one goes when this object is disposed of. It gets the
    /// time of the other, and its owner and group where this process may give them.
    /// </summary>
    /// <param name="path">The name of the other.</param>
    /// <param name="status">The status of the other.</param>
    /// <returns>False if the other is gone, or the file system cannot exchange two files.</returns>
    /// <exception cref="UnixException">The system refused; what is visible then is one of the two.</exception>
    public bool TryTakePlace(BytePath path, FileStatus status)
    {
        if (FileStatus.Of(file) is { } own && (own.Uid != status.Uid || own.Gid != status.Gid))
        {
            _ = InodeChanges.TryChangeOwner(file, status.Uid, status.Gid);
        }

        if (InodeChanges.TrySetMtime(file, status.Mtime) is not 0 and int errno)
        {
            throw new UnixException(errno, "futimens", file.Path.ToString());
        }

        file.Sync();
        if (!directory.TryExchange(temporary, path))
        {
            return false;
        }

        directory.SyncDirectory(path.Parent);
        return true;
    }

    /// <summary>Makes a directory at a path of the user's and the names of all that had to be made durable.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public static void EnsureDirectory(BytePath path)
    {
        if (FileStatus.TryGet(path, out FileStatus status) == 0)
        {
            if (status.Kind == FileKind.Directory || status.Kind == FileKind.SymbolicLink)
            {
                return;
            }

            throw new UnixException(Errno.ENOTDIR, "mkdir", path.ToString());
        }

        if (!path.Parent.IsEmpty && path.Parent != path)
        {
            EnsureDirectory(path.Parent);
        }

        FileNames.MakeDirectory(path);
        using HeldDirectory parent = HeldDirectory.Open(path.Parent.IsEmpty ? BytePath.Of(".") : path.Parent);
        parent.SyncDirectory(default);
    }

    /// <summary>Closes the file and, unless it was published, removes it.</summary>
    public void Dispose()
    {
        file.Dispose();
        if (!published)
        {
            published = true;

            // A temporary name remains that nothing refers to; a later writer sweeps it away.
            _ = directory.TryDelete(temporary);
        }
    }
}
