using System.Runtime.InteropServices;

namespace Backshift.Posix;

internal static unsafe partial class Libc
{
    internal const int AT_REMOVEDIR = 0x200;
    internal const int AT_SYMLINK_FOLLOW = 0x400;
    internal const int F_DUPFD_CLOEXEC = 1030;
    internal const int FALLOC_FL_KEEP_SIZE = 1;
    internal const int FALLOC_FL_PUNCH_HOLE = 2;

    // _IOW('f', 2, long), though an int is read: linux/fs.h.
    internal const nuint FS_IOC_SETFLAGS = 0x40086602;

    // _IOW(0x94, 9, int)
    internal const nuint FICLONE = 0x40049409;

    private const nint SYS_fchmodat2 = 452;

    /// <summary>umask(2)</summary>
    [LibraryImport("libc", EntryPoint = "umask")]
    internal static partial uint SetUmask(uint mask);

    /// <summary>pwrite(2)</summary>
    [LibraryImport("libc", EntryPoint = "pwrite64", SetLastError = true)]
    internal static partial nint WriteAt(int fd, byte* buffer, nuint count, long offset);

    /// <summary>ftruncate(2)</summary>
    [LibraryImport("libc", EntryPoint = "ftruncate64", SetLastError = true)]
    internal static partial int SetLength(int fd, long length);

    /// <summary>fallocate(2)</summary>
    [LibraryImport("libc", EntryPoint = "fallocate64", SetLastError = true)]
    internal static partial int Allocate(int fd, int mode, long offset, long length);

    /// <summary>ioctl(2) with a number</summary>
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int Control(int fd, nuint request, nint argument);

    /// <summary>symlink(2), relative to a directory (symlinkat).</summary>
    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
    internal static partial int MakeSymbolicLinkAt(byte* target, int directory, byte* path);

    /// <summary>mknod(2), relative to a directory (mknodat).</summary>
    [LibraryImport("libc", EntryPoint = "mknodat", SetLastError = true)]
    internal static partial int MakeNodeAt(int directory, byte* path, uint mode, ulong device);

    /// <summary>chown(2), relative to a directory (fchownat).</summary>
    [LibraryImport("libc", EntryPoint = "fchownat", SetLastError = true)]
    internal static partial int ChangeOwnerAt(int directory, byte* path, uint uid, uint gid, int flags);

    /// <summary>chmod(2); follows links.</summary>
    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true)]
    internal static partial int ChangeModeOf(byte* path, uint mode);

    /// <summary>fchmodat2(2) of Linux 6.6, for which the C library of Debian 12 has no name yet.</summary>
    internal static int ChangeModeAt2(int directory, byte* path, uint mode, int flags) =>
        (int)SystemCall(SYS_fchmodat2, directory, path, (nint)mode, (void*)flags, null, 0);

    /// <summary>utimensat(2)</summary>
    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true)]
    internal static partial int SetTimesAt(int directory, byte* path, TimeSpecification* times, int flags);

    /// <summary>futimens(3)</summary>
    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    internal static partial int SetTimes(int fd, TimeSpecification* times);

    /// <summary>flistxattr(2)</summary>
    [LibraryImport("libc", EntryPoint = "flistxattr", SetLastError = true)]
    internal static partial nint ListAttributesOf(int fd, byte* list, nuint size);

    /// <summary>fgetxattr(2)</summary>
    [LibraryImport("libc", EntryPoint = "fgetxattr", SetLastError = true)]
    internal static partial nint GetAttributeOf(int fd, byte* name, byte* value, nuint size);

    /// <summary>fsetxattr(2)</summary>
    [LibraryImport("libc", EntryPoint = "fsetxattr", SetLastError = true)]
    internal static partial int SetAttributeOf(int fd, byte* name, byte* value, nuint size, int flags);

    /// <summary>fremovexattr(2)</summary>
    [LibraryImport("libc", EntryPoint = "fremovexattr", SetLastError = true)]
    internal static partial int RemoveAttributeOf(int fd, byte* name);

    /// <summary>listxattr(2); follows links.</summary>
    [LibraryImport("libc", EntryPoint = "listxattr", SetLastError = true)]
    internal static partial nint ListAttributesFollowing(byte* path, byte* list, nuint size);

    /// <summary>getxattr(2); follows links.</summary>
    [LibraryImport("libc", EntryPoint = "getxattr", SetLastError = true)]
    internal static partial nint GetAttributeFollowing(byte* path, byte* name, byte* value, nuint size);

    /// <summary>setxattr(2); follows links.</summary>
    [LibraryImport("libc", EntryPoint = "setxattr", SetLastError = true)]
    internal static partial int SetAttributeFollowing(byte* path, byte* name, byte* value, nuint size, int flags);

    /// <summary>removexattr(2); follows links.</summary>
    [LibraryImport("libc", EntryPoint = "removexattr", SetLastError = true)]
    internal static partial int RemoveAttributeFollowing(byte* path, byte* name);

    /// <summary>struct timespec, on 64-bit machines.</summary>
    internal struct TimeSpecification
    {
        internal long Seconds;
        internal long Nanoseconds;
    }
}
