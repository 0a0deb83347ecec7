using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Objects;

public sealed partial class DirectoryStore
{
    private static readonly ObjectType[] WithFolders =
    [
        ObjectType.Pack, ObjectType.Run, ObjectType.Saveset, ObjectType.Condemned, ObjectType.Expired, ObjectType.Tags, ObjectType.Intent, ObjectType.Settings,
        ObjectType.Parity, ObjectType.CheckRecord, ObjectType.KeySlot, ObjectType.Moved,
    ];

    public void PrepareForWriting()
    {
        foreach (BytePath folder in (BytePath[])[Temporary, .. WithFolders.Select(ObjectPath.FolderOf)])
        {
            if (held.TryGetStatus(folder, out FileStatus status) == 0 && status.Kind != FileKind.Directory)
            {
                throw status.Kind == FileKind.SymbolicLink ? LiesBeyondLink(folder) : IsNoDirectory(folder);
            }
        }
    }

    /// <summary>
    /// A lock of flock(2) on a file or directory that every version of the store has: the configuration, the directory itself, the index. Where the
    /// system knows no locks, and where what is to be locked is missing, the lease is given.
    /// </summary>
    public IDisposable? TryLease(LeaseKind kind)
    {
        bool isMark = kind == LeaseKind.Alone && mark is not null;
        UnixFile? locked = isMark ? mark : kind switch
        {
            LeaseKind.Alone => held.TryOpen(ObjectPath.Configuration.Path, OpenFor.NoFollow, out _),
            LeaseKind.Publishing => held.TryOpen(default, OpenFor.Directory, out _),
            _ => held.TryOpen(ObjectPath.FolderOf(ObjectType.Run), OpenFor.Directory, out _),
        };
        try
        {
            if (locked is null || locked.TryLock(exclusive: true))
            {
                FileLease lease = new(locked, isOwner: !isMark);
                locked = null;
                return lease;
            }

            return null;
        }
        catch (UnixException e) when (Errno.MeansNoLocks(e.Errno))
        {
            return new FileLease(null, isOwner: false);
        }
        catch (UnixException e) when (StoreException.IsTrouble(e))
        {
            throw StoreException.Of(e);
        }
        finally
        {
            if (!isMark)
            {
                locked?.Dispose();
            }
        }
    }

    public void VerifyPlace(ObjectPath? published)
    {
        try
        {
            using HeldDirectory? found = HeldDirectory.TryOpen(Location, out _);
            if (found is not null && IsSameDirectory(found) && (published is not { } path || found.TryGetStatus(path.Path, out _) == 0))
            {
                return;
            }
        }
        catch (UnixException e) when (StoreException.IsTrouble(e))
        {
            throw StoreException.Of(e);
        }

        throw new BackshiftException(
            ExitCode.InputOutput,
            $"{Location}: is no longer the repository that was opened there; it was moved, deleted, unmounted or replaced meanwhile",
            held.FindPlace() is { } place ? $"the stored data is in {place}" : "the stored data is in that directory, wherever it is now");
    }

    // Some network and FUSE file systems give a file another inode number each time that it is looked up; there, a file that is made here and seen there tells.
    private bool IsSameDirectory(HeldDirectory found)
    {
        if (found.Status.IsSameFile(held.Status))
        {
            return true;
        }

        BytePath witness = TemporaryPath();
        try
        {
            held.Create(witness).Dispose();
            return found.TryGetStatus(witness, out _) == 0;
        }
        catch (UnixException e) when (e.Errno == Errno.ENOENT)
        {
            return false;
        }
        finally
        {
            _ = held.TryDelete(witness);
        }
    }
}
