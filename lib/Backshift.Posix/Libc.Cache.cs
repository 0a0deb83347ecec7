using System.Runtime.InteropServices;

namespace Backshift.Posix;

internal static unsafe partial class Libc
{
    internal const int POSIX_FADV_DONTNEED = 4;
    internal const int RWF_DONTCACHE = 0x80;
    internal const uint SYNC_FILE_RANGE_WAIT_BEFORE = 1;
    internal const uint SYNC_FILE_RANGE_WRITE = 2;
    internal const int PROT_READ = 1;
    internal const int PROT_WRITE = 2;
    internal const int MAP_SHARED = 1;
    internal const int MAP_PRIVATE = 2;
    internal const int MAP_ANONYMOUS = 0x20;
    internal const nint MAP_FAILED = -1;

    /// <summary>preadv2(2)</summary>
    [LibraryImport("libc", EntryPoint = "preadv64v2", SetLastError = true)]
    internal static partial nint ReadAt2(int fd, IoVector* vectors, int count, long offset, int flags);

    /// <summary>sync_file_range(2); a length of 0 reaches to the end.</summary>
    [LibraryImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    internal static partial int SyncFileRange(int fd, long offset, long length, uint flags);

    /// <summary>mmap(2)</summary>
    [LibraryImport("libc", EntryPoint = "mmap64", SetLastError = true)]
    internal static partial nint Map(nint address, nuint length, int protection, int flags, int fd, long offset);

    /// <summary>munmap(2)</summary>
    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    internal static partial int Unmap(nint address, nuint length);

    /// <summary>mincore(2)</summary>
    [LibraryImport("libc", EntryPoint = "mincore", SetLastError = true)]
    internal static partial int InCore(nint address, nuint length, byte* pages);

    /// <summary>struct iovec, readv(2).</summary>
    internal struct IoVector
    {
        internal byte* Start;
        internal nuint Length;
    }
}
