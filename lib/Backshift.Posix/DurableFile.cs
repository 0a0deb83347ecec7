namespace Backshift.Posix;

/// <summary>
/// A file that is either wholly there and durable, or not there: written under a temporary name, synced, given its name exclusively, its directory
/// synced. The one road by which anything is published; every error of fsync(2) is reported, which the base library does not do.
/// </summary>
public sealed class DurableFile : IDisposable
{
    private readonly UnixFile file;
    private readonly bool leaveCache;
    private bool published;

    private DurableFile(UnixFile file, bool leaveCache)
    {
        this.file = file;
        this.leaveCache = leaveCache;
    }

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    /// <summary>Creates the temporary file and locks it, so that others can tell it from one whose writer was killed.</summary>
    /// <param name="temporary">Its name, on the same file system as the last one, used by nobody else.</param>
    /// <param name="leaveCache">Whether its pages leave the cache once they are durable.</param>
    /// <returns>Null if somebody who sweeps such files away locked it first: try another name.</returns>
    /// <exception cref="UnixException">The system refused.</exception>
    public static DurableFile? TryCreate(BytePath temporary, bool leaveCache = false)
    {
        UnixFile file = UnixFile.Create(temporary);
        try
        {
            if (!file.TryLock(exclusive: true))
            {
                file.Dispose();
                return null;
            }
        }
        catch (UnixException e) when (e.Errno is Errno.ENOSYS or Errno.EOPNOTSUPP or Errno.EINVAL)
        {
            // A file system without locks: nobody sweeps there either.
        }

        return new DurableFile(file, leaveCache);
    }

    /// <exception cref="UnixException">The system refused.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        file.Write(bytes);
        Length += bytes.Length;
    }

    /// <summary>Makes the contents durable and visible as <paramref name="path"/>. The directory is made if it is missing.</summary>
    /// <returns>False if the name is taken; the file can then be published under another.</returns>
    /// <exception cref="UnixException">The system refused; nothing is visible then, or it is whole.</exception>
    public bool TryPublish(BytePath path)
    {
        file.Sync();
        if (leaveCache)
        {
            file.DropFromCache();
        }

        EnsureDirectory(path.Parent);
        if (!FileNames.TryRename(file.Path, path))
        {
            return false;
        }

        published = true;
        file.Unlock();
        SyncDirectory(path.Parent);
        return true;
    }

    /// <summary>Makes a directory and the names of all that had to be made durable.</summary>
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
        SyncDirectory(path.Parent.IsEmpty ? BytePath.Of(".") : path.Parent);
    }

    /// <summary>Makes the names in a directory durable.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public static void SyncDirectory(BytePath path)
    {
        using UnixFile directory = UnixFile.Open(path, OpenFor.Directory);
        directory.Sync();
    }

    /// <summary>Closes the file and, unless it was published, removes it.</summary>
    public void Dispose()
    {
        file.Dispose();
        if (!published)
        {
            published = true;
            try
            {
                FileNames.Delete(file.Path);
            }
            catch (UnixException)
            {
                // What stays behind is a temporary name that nothing refers to; the next writer's sweep takes it away.
            }
        }
    }
}
