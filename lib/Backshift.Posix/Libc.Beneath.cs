using System.Runtime.InteropServices;

namespace Backshift.Posix;

internal static unsafe partial class Libc
{
    internal const ulong RESOLVE_NO_SYMLINKS = 0x04;
    internal const ulong RESOLVE_BENEATH = 0x08;

    private const nint SYS_openat2 = 437;

    /// <summary>openat2(2) of Linux 5.6, for which the C library of Debian 12 has no name yet.</summary>
    internal static int OpenAt2(int directory, byte* path, int flags, ulong resolve)
    {
        OpenHow how = new() { Flags = (uint)flags, Resolve = resolve };
        return (int)SystemCall(SYS_openat2, directory, path, (nint)(&how), (void*)sizeof(OpenHow), null, 0);
    }

    /// <summary>mkdir(2), relative to a directory (mkdirat).</summary>
    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    internal static partial int MakeDirectoryAt(int directory, byte* path, uint mode);

    /// <summary>unlink(2), relative to a directory (unlinkat).</summary>
    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    internal static partial int UnlinkAt(int directory, byte* path, int flags);

    /// <summary>link(2), relative to directories (linkat).</summary>
    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true)]
    internal static partial int LinkAt(int fromDirectory, byte* from, int toDirectory, byte* to, int flags);

    /// <summary>rename(2), relative to directories (renameat).</summary>
    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true)]
    internal static partial int RenameAt(int fromDirectory, byte* from, int toDirectory, byte* to);

    /// <summary>fchmod(2)</summary>
    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    internal static partial int ChangeMode(int fd, uint mode);

    /// <summary>struct open_how, openat2(2).</summary>
    private struct OpenHow
    {
        internal ulong Flags;
        internal ulong Mode;
        internal ulong Resolve;
    }
}
