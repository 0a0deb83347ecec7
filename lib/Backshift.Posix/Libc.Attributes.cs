using System.Runtime.InteropServices;

namespace Backshift.Posix;

internal static unsafe partial class Libc
{
    // _IOR('f', 1, long), though an int is written: linux/fs.h.
    internal const nuint FS_IOC_GETFLAGS = 0x80086601;

    // The same on every architecture, as all numbers since Linux 5.2 are.
    private const nint SYS_getxattrat = 464;
    private const nint SYS_listxattrat = 465;

    /// <summary>llistxattr(2)</summary>
    [LibraryImport("libc", EntryPoint = "llistxattr", SetLastError = true)]
    internal static partial nint ListAttributes(byte* path, byte* list, nuint size);

    /// <summary>lgetxattr(2)</summary>
    [LibraryImport("libc", EntryPoint = "lgetxattr", SetLastError = true)]
    internal static partial nint GetAttribute(byte* path, byte* name, byte* value, nuint size);

    /// <summary>listxattrat(2) of Linux 6.13, for which the C library has no name yet.</summary>
    internal static nint ListAttributesAt(int directory, byte* path, byte* list, nuint size) =>
        SystemCall(SYS_listxattrat, directory, path, AT_SYMLINK_NOFOLLOW, list, (void*)size, 0);

    /// <summary>getxattrat(2) of Linux 6.13.</summary>
    internal static nint GetAttributeAt(int directory, byte* path, byte* name, byte* value, uint size)
    {
        AttributeArguments arguments = new() { Value = (ulong)value, Size = size };
        return SystemCall(SYS_getxattrat, directory, path, AT_SYMLINK_NOFOLLOW, name, &arguments, (nuint)sizeof(AttributeArguments));
    }

    /// <summary>syscall(2): a number, a directory, a path, and what else the call takes.</summary>
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint directory, byte* path, nint flags, void* first, void* second, nuint third);

    /// <summary>struct xattr_args, linux/xattr.h.</summary>
    private struct AttributeArguments
    {
        internal ulong Value;
        internal uint Size;
        internal uint Flags;
    }
}
