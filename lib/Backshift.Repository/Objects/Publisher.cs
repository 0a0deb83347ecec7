using Backshift.Posix;

namespace Backshift.Repository.Objects;

/// <summary>Makes temporary files in a repository and publishes them; see backshift-repository(5), "Writing". Paths are relative to the repository.</summary>
public sealed class Publisher
{
    private static readonly BytePath Temporary = BytePath.Of(RepositoryLayout.Temporary);

    private readonly HeldDirectory root;

    /// <param name="root">Where; not closed with the publisher.</param>
    internal Publisher(HeldDirectory root) => this.root = root;

    /// <summary>Whether what is published leaves the page cache at once.</summary>
    public bool LeaveCache { get; set; }

    /// <summary>A new temporary file, locked for as long as it is open.</summary>
    /// <exception cref="UnixException">It cannot be made.</exception>
    public DurableFile CreateTemporary()
    {
        while (true)
        {
            BytePath path = TemporaryPath();
            if (InTemporary(path, temporary => DurableFile.TryCreate(root, temporary, LeaveCache)) is not { } file)
            {
                continue;
            }

            // A concurrent sweep may have deleted the file before it was locked; once locked it is safe.
            if (root.TryGetStatus(path, out _) == 0)
            {
                return file;
            }

            file.Dispose();
        }
    }

    /// <summary>Scratch space without a name, on the disk of the repository.</summary>
    /// <exception cref="UnixException">It cannot be made.</exception>
    public UnixFile CreateScratch() => InTemporary(TemporaryPath(), root.CreateUnnamed);

    /// <summary>Writes an object and publishes it; false if its name is taken.</summary>
    /// <exception cref="UnixException">It cannot be written or made durable.</exception>
    public bool TryPublish(ReadOnlySpan<byte> bytes, BytePath path)
    {
        using DurableFile file = CreateTemporary();
        file.Write(bytes);
        return file.TryPublish(path);
    }

    /// <summary>
    /// Removes what killed writers left in <c>tmp</c>: files with names of ours that are older than a day and that nobody holds a lock on. A lock alone proves
    /// nothing, since network and FUSE file systems may keep locks to one machine; age alone would take the pack of a writer that was stopped for a day. What
    /// cannot be removed is passed over: it is in nobody's way.
    /// </summary>
    public void Sweep()
    {
        try
        {
            UnixTime? now = null;
            foreach (BytePath name in root.TryList(Temporary, out _) ?? [])
            {
                if (!ObjectName.TryParse(name.Span, out _))
                {
                    continue;
                }

                BytePath path = Temporary.Join(name);
                using UnixFile? file = root.TryOpenRegular(path, out _, out _);
                if (file is not null && IsAbandoned(file) && FileStatus.Of(file).Mtime.Seconds < (now ??= ServerTime()).Seconds - DeadAfterSeconds)
                {
                    _ = root.TryDelete(path);
                }
            }
        }
        catch (UnixException)
        {
            // A later writer will sweep; no save ends because of rubbish.
        }
    }

    private const long DeadAfterSeconds = 24 * 60 * 60;

    private static bool IsAbandoned(UnixFile file)
    {
        try
        {
            return file.TryLock(exclusive: true);
        }
        catch (UnixException e) when (Errno.MeansNoLocks(e.Errno))
        {
            return true;
        }
    }

    /// <summary>The time by the clock that gave the files in <c>tmp</c> theirs: on a network file system that of the server.</summary>
    private UnixTime ServerTime()
    {
        using UnixFile fresh = CreateScratch();
        fresh.Write("x"u8);
        return FileStatus.Of(fresh).Mtime;
    }

    private static BytePath TemporaryPath() => Temporary.Join(ObjectName.Random().ToString());

    // The directory is nearly always there; so it is made only after a refusal.
    private T InTemporary<T>(BytePath path, Func<BytePath, T> create)
    {
        try
        {
            return create(path);
        }
        catch (UnixException e) when (e.Errno == Errno.ENOENT)
        {
            root.EnsureDirectory(path.Parent);
            return create(path);
        }
    }
}
