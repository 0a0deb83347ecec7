namespace Backshift.Posix;

public sealed unsafe partial class UnixFile
{
    /// <summary>Reads at <paramref name="offset"/> with one pread(2).</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="offset">Where from.</param>
    /// <param name="errno">0, or the error number.</param>
    /// <returns>The count that was read, 0 at the end of the file, -1 where the system refused.</returns>
    public int TryReadAt(Span<byte> buffer, long offset, out int errno)
    {
        fixed (byte* start = buffer)
        {
            nint count;
            do
            {
                count = leavesCache ? ReadUncachedAt(start, (nuint)buffer.Length, offset) : Libc.ReadAt(Number, start, (nuint)buffer.Length, offset);
            }
            while (count < 0 && Errno.Last == Errno.EINTR);
            errno = count < 0 ? Errno.Last : 0;
            return (int)count;
        }
    }

    /// <summary>
    /// Where the first data at or after <paramref name="offset"/> lie, <paramref name="end"/> if there are none before it. A file system that knows nothing of
    /// holes has data everywhere.
    /// </summary>
    public long FindData(long offset, long end) => Find(offset, end, Libc.SEEK_DATA, offset);

    /// <summary>Where the first hole at or after <paramref name="offset"/> begins, <paramref name="end"/> if there is none before it.</summary>
    public long FindHole(long offset, long end) => Find(offset, end, Libc.SEEK_HOLE, end);

    /// <summary>
    /// Has the kernel write what is changed and not yet on the disk, sync_file_range(2), without waiting for it. From then on a write to a page that is mapped
    /// is noticed, and gives the file a new mtime and ctime: one to a page that is dirty already does not. Where the file system cannot, nothing happens.
    /// </summary>
    public void StartWriteBack() => _ = Libc.SyncFileRange(Number, 0, 0, Libc.SYNC_FILE_RANGE_WAIT_BEFORE | Libc.SYNC_FILE_RANGE_WRITE);

    private long Find(long offset, long end, int what, long unknown)
    {
        long found = Libc.Seek(Number, offset, what);
        return found >= 0 ? Math.Min(found, end) : Errno.Last == Errno.ENXIO ? end : unknown;
    }
}
