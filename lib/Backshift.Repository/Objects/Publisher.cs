using Backshift.Posix;

namespace Backshift.Repository.Objects;

/// <summary>Makes temporary files in a repository and publishes them; see backshift-repository(5), "Writing".</summary>
public sealed class Publisher
{
    private readonly BytePath root;

    internal Publisher(BytePath root) => this.root = root;

    /// <summary>Whether what is published leaves the page cache at once.</summary>
    public bool LeaveCache { get; set; }

    /// <summary>A new temporary file, locked for as long as it is open.</summary>
    /// <exception cref="UnixException">It cannot be made.</exception>
    public DurableFile CreateTemporary()
    {
        while (true)
        {
            BytePath path = TemporaryPath();
            if (InTemporary(path, temporary => DurableFile.TryCreate(temporary, LeaveCache)) is not { } file)
            {
                continue;
            }

            // Who sweeps may have taken it away between its making and its locking; from now on nobody does.
            if (FileStatus.TryGet(path, out _) == 0)
            {
                return file;
            }

            file.Dispose();
        }
    }

    /// <summary>Scratch space without a name, on the disk of the repository.</summary>
    /// <exception cref="UnixException">It cannot be made.</exception>
    public UnixFile CreateScratch() => InTemporary(TemporaryPath(), UnixFile.CreateUnnamed);

    /// <summary>Writes an object and publishes it; false if its name is taken.</summary>
    /// <exception cref="UnixException">It cannot be written or made durable.</exception>
    public bool TryPublish(ReadOnlySpan<byte> bytes, BytePath path)
    {
        using DurableFile file = CreateTemporary();
        file.Write(bytes);
        return file.TryPublish(path);
    }

    /// <summary>Removes what killed writers left in <c>tmp</c>: files that nobody holds a lock on.</summary>
    public void Sweep()
    {
        BytePath directory = root.Join(RepositoryLayout.Temporary);
        foreach (BytePath name in DirectoryReader.TryList(directory) ?? [])
        {
            BytePath path = directory.Join(name);
            using UnixFile? file = UnixFile.TryOpen(null, path, OpenFor.NoFollow | OpenFor.NoBlocking, out _);
            if (file is not null && IsAbandoned(file))
            {
                FileNames.Delete(path);
            }
        }
    }

    private static bool IsAbandoned(UnixFile file)
    {
        try
        {
            return file.TryLock(exclusive: true);
        }
        catch (UnixException e) when (e.Errno is Errno.ENOSYS or Errno.EOPNOTSUPP or Errno.EINVAL)
        {
            return false;
        }
    }

    private BytePath TemporaryPath() => root.Join(RepositoryLayout.Temporary).Join(ObjectName.Random().ToString());

    // The directory is nearly always there; so it is made only after a refusal.
    private static T InTemporary<T>(BytePath path, Func<BytePath, T> create)
    {
        try
        {
            return create(path);
        }
        catch (UnixException e) when (e.Errno == Errno.ENOENT)
        {
            FileNames.MakeDirectory(path.Parent);
            return create(path);
        }
    }
}
