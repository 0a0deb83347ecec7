namespace Backshift.Posix;

public sealed unsafe partial class UnixFile
{
    private ResidentPages? pages;
    private bool leavesCache;
    private long cachedSize;

    /// <summary>
    /// From here on <see cref="TryReadAt"/> leaves the page cache as it is: what was there stays, what was not does not come. The kernel does that itself
    /// (RWF_DONTCACHE, Linux 6.14) where the file system can; elsewhere what was read is given back, as far as it was not there before.
    /// </summary>
    /// <param name="size">The length of the file as far as it is known.</param>
    public void LeaveCache(long size)
    {
        leavesCache = true;
        cachedSize = size;
    }

    /// <summary>Takes the pages of a file that is durable out of the cache.</summary>
    public void DropFromCache() => _ = Libc.Advise(Number, 0, 0, Libc.POSIX_FADV_DONTNEED);

    private nint ReadUncachedAt(byte* start, nuint count, long offset)
    {
        if (pages is null)
        {
            Libc.IoVector vector = new() { Start = start, Length = count };
            nint done = Libc.ReadAt2(Number, &vector, 1, offset, Libc.RWF_DONTCACHE);
            if (done >= 0 || Errno.Last is not (Errno.EOPNOTSUPP or Errno.EINVAL or Errno.ENOSYS))
            {
                return done;
            }

            pages = new ResidentPages(cachedSize);
        }

        pages.Prepare(Number, offset, (long)count);
        return Libc.ReadAt(Number, start, count, offset);
    }
}
