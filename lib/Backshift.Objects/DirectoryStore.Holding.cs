using Backshift.Posix;

namespace Backshift.Objects;

public sealed partial class DirectoryStore
{
    /// <summary>The lock that its writer has from before the file had a name, and that the kernel takes away however the process ends.</summary>
    public IDisposable? TryPublishHeld(ObjectPath path, ReadOnlySpan<byte> bytes, bool survivesExecute = false)
    {
        FileDraft? draft = (FileDraft)Create(path.Type);
        try
        {
            draft.Write(bytes);
            if (!draft.TryPublishHeld(path, survivesExecute))
            {
                return null;
            }

            FileDraft holding = draft;
            draft = null;
            return holding;
        }
        finally
        {
            draft?.Dispose();
        }
    }

    public bool? IsHeld(ObjectPath path)
    {
        try
        {
            using UnixFile? file = held.TryOpenRegular(path.Path, out _, out _);

            // A shared lock, so that two who ask at once do not take each other for the holder.
            return file is null ? null : !file.TryLock(exclusive: false);
        }
        catch (UnixException e) when (Errno.MeansNoLocks(e.Errno) || StoreException.IsTrouble(e))
        {
            return null;
        }
    }

    public UnixTime Now()
    {
        try
        {
            return ServerTime();
        }
        catch (UnixException e) when (StoreException.IsTrouble(e))
        {
            throw StoreException.Of(e);
        }
    }
}
