using System.Runtime.InteropServices;

namespace Backshift.Posix;

internal static unsafe partial class Libc
{
    /// <summary>statvfs(3)</summary>
    [LibraryImport("libc", EntryPoint = "statvfs", SetLastError = true)]
    internal static partial int FileSystemStatus(byte* path, FileSystemBuffer* buffer);

    /// <summary>struct statvfs of the GNU C library on 64-bit machines.</summary>
    internal struct FileSystemBuffer
    {
        internal ulong BlockSize;
        internal ulong FragmentSize;
        internal ulong Blocks;
        internal ulong FreeBlocks;
        internal ulong AvailableBlocks;
        internal ulong Files;
        internal ulong FreeFiles;
        internal ulong AvailableFiles;
        internal ulong Id;
        internal ulong Flags;
        internal ulong LongestName;
        internal fixed uint Spare[6];
    }
}
