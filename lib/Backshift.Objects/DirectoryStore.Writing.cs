using Backshift.Posix;

namespace Backshift.Objects;

public sealed partial class DirectoryStore
{
    private const long DeadAfterSeconds = 24 * 60 * 60;

    private static readonly BytePath Temporary = BytePath.Of("tmp");

    public IObjectDraft Create(ObjectType type)
    {
        try
        {
            return new FileDraft(CreateFile());
        }
        catch (UnixException e) when (StoreException.IsTrouble(e))
        {
            throw StoreException.Of(e);
        }
    }

    public bool TryPublish(ObjectPath path, ReadOnlySpan<byte> bytes)
    {
        using IObjectDraft draft = Create(path.Type);
        draft.Write(bytes);
        return draft.TryPublish(path);
    }

    public bool TryMend(ObjectPath path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            using UnixFile? damaged = held.TryOpenRegular(path.Path, out int errno, out bool otherKind, out FileStatus status);
            if (damaged is null)
            {
                return errno == Errno.ENOENT && !otherKind ? false : throw FaultOf(path.Path, errno, otherKind);
            }

            using DurableFile file = CreateFile();
            file.Write(bytes);
            bool isMended = file.TryTakePlace(path.Path, status);
            if (isMended && path.Type == ObjectType.Configuration && mark is not null && formerMark is null)
            {
                formerMark = mark;
                mark = held.TryOpenRegular(path.Path, out _, out _, out _) ?? formerMark;
            }

            return isMended;
        }
        catch (UnixException e) when (StoreException.IsTrouble(e))
        {
            throw StoreException.Of(e);
        }
    }

    public ScratchSpace CreateScratch()
    {
        try
        {
            return new ScratchSpace(InTemporary(TemporaryPath(), held.CreateUnnamed));
        }
        catch (UnixException e) when (StoreException.IsTrouble(e))
        {
            throw StoreException.Of(e);
        }
    }

    public void MakeDurable(ObjectPath path)
    {
        try
        {
            BytePath directory = path.Path.Parent;
            held.SyncDirectory(directory);

            // The same writer may have made the directory.
            held.SyncDirectory(directory.Parent);
        }
        catch (UnixException e) when (StoreException.IsTrouble(e))
        {
            throw StoreException.Of(e);
        }
    }

    /// <summary>
    /// Removes files with names of ours in <c>tmp</c> that are older than a day and that no process has locked. A lock alone proves nothing, since
    /// network and FUSE file systems may keep locks to one machine; age alone would take the pack of a writer that was stopped for a day.
    /// </summary>
    public void Sweep()
    {
        try
        {
            UnixTime? now = null;
            foreach (BytePath name in held.TryList(Temporary, out _) ?? [])
            {
                if (!ObjectName.TryParse(name.Span, out _))
                {
                    continue;
                }

                BytePath path = Temporary.Join(name);
                using UnixFile? file = held.TryOpenRegular(path, out _, out _, out FileStatus status);
                if (file is not null && IsAbandoned(file) && status.Mtime.Seconds < (now ??= ServerTime()).Seconds - DeadAfterSeconds)
                {
                    _ = held.TryDelete(path);
                }
            }
        }
        catch (UnixException)
        {
            // A later writer will sweep; no save ends because of rubbish.
        }
    }

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
        using UnixFile fresh = InTemporary(TemporaryPath(), held.CreateUnnamed);
        fresh.Write("x"u8);
        return FileStatus.Of(fresh).Mtime;
    }

    private DurableFile CreateFile()
    {
        while (true)
        {
            BytePath path = TemporaryPath();
            if (InTemporary(path, temporary => DurableFile.TryCreate(held, temporary, LeavesCache)) is not { } file)
            {
                continue;
            }

            // A concurrent sweep may have deleted the file before it was locked; once locked it is safe.
            if (held.TryGetStatus(path, out _) == 0)
            {
                return file;
            }

            file.Dispose();
        }
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
            held.EnsureDirectory(path.Parent);
            return create(path);
        }
    }
}
