using System.Runtime.InteropServices;

namespace Backshift.Posix;

internal static unsafe partial class Libc
{
    /// <summary>fstatfs(2)</summary>
    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    internal static partial int FileSystemKind(int fd, FileSystemKindBuffer* buffer);

    /// <summary>struct statfs of Linux on 64-bit machines.</summary>
    internal struct FileSystemKindBuffer
    {
        internal long Type;
        internal fixed long Rest[14];
    }
}
