using Backshift.Posix;

namespace Backshift.Objects;

/// <summary>A lock on a file or directory of the store, flock(2); or none, where there are no locks.</summary>
internal sealed class FileLease : IDisposable
{
    private readonly UnixFile? locked;
    private readonly bool isOwner;

    /// <param name="locked">What is locked; null for nothing.</param>
    /// <param name="isOwner">Whether it is closed with the lease.</param>
    internal FileLease(UnixFile? locked, bool isOwner)
    {
        this.locked = locked;
        this.isOwner = isOwner;
    }

    public void Dispose()
    {
        locked?.Unlock();
        if (isOwner)
        {
            locked?.Dispose();
        }
    }
}
