namespace Backshift.Posix;

/// <summary>
/// Calls that change one name in an open directory. A name is a single component with a NUL after it, never "." or "..", so nothing outside the directory is
/// reached; a link that has the name is not followed. All return 0 or the error number.
/// </summary>
public static unsafe class DirectoryChanges
{
    /// <summary>The bits that new files of this process lack, umask(2). For a time when no other thread creates files.</summary>
    public static uint ReadUmask()
    {
        uint mask = Libc.SetUmask(FileModes.PrivateUmask);
        _ = Libc.SetUmask(mask);
        return mask;
    }

    /// <summary>mkdir(2)</summary>
    public static int TryMakeDirectory(UnixFile directory, ReadOnlySpan<byte> terminatedName, uint mode)
    {
        fixed (byte* name = Checked(terminatedName))
        {
            return Libc.MakeDirectoryAt(directory.Number, name, mode) == 0 ? 0 : Errno.Last;
        }
    }

    /// <summary>symlink(2)</summary>
    public static int TryMakeSymbolicLink(UnixFile directory, ReadOnlySpan<byte> terminatedName, ReadOnlySpan<byte> terminatedTarget)
    {
        fixed (byte* name = Checked(terminatedName), target = terminatedTarget)
        {
            return Libc.MakeSymbolicLinkAt(target, directory.Number, name) == 0 ? 0 : Errno.Last;
        }
    }

    /// <summary>mknod(2): a fifo, a socket or a device.</summary>
    public static int TryMakeNode(UnixFile directory, ReadOnlySpan<byte> terminatedName, FileKind kind, uint mode, uint major, uint minor)
    {
        fixed (byte* name = Checked(terminatedName))
        {
            return Libc.MakeNodeAt(directory.Number, name, ((uint)kind << 12) | mode, FileStatus.MakeDevice(major, minor)) == 0 ? 0 : Errno.Last;
        }
    }

    /// <summary>link(2): gives the inode that has the name <paramref name="terminatedFrom"/> another one.</summary>
    public static int TryLink(UnixFile fromDirectory, ReadOnlySpan<byte> terminatedFrom, UnixFile directory, ReadOnlySpan<byte> terminatedName)
    {
        fixed (byte* from = Checked(terminatedFrom), name = Checked(terminatedName))
        {
            return Libc.LinkAt(fromDirectory.Number, from, directory.Number, name, 0) == 0 ? 0 : Errno.Last;
        }
    }

    /// <summary>rename(2) within the directory; what has the new name is replaced.</summary>
    public static int TryRename(UnixFile directory, ReadOnlySpan<byte> terminatedFrom, ReadOnlySpan<byte> terminatedName)
    {
        fixed (byte* from = Checked(terminatedFrom), name = Checked(terminatedName))
        {
            return Libc.RenameAt(directory.Number, from, directory.Number, name) == 0 ? 0 : Errno.Last;
        }
    }

    /// <summary>unlink(2) or, for an empty directory, rmdir(2).</summary>
    public static int TryDelete(UnixFile directory, ReadOnlySpan<byte> terminatedName, bool isDirectory = false)
    {
        fixed (byte* name = Checked(terminatedName))
        {
            return Libc.UnlinkAt(directory.Number, name, isDirectory ? Libc.AT_REMOVEDIR : 0) == 0 ? 0 : Errno.Last;
        }
    }

    private static ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> terminatedName)
    {
        ReadOnlySpan<byte> name = terminatedName[..^1];
        return name.IsEmpty || name.ContainsAny((byte)'/', (byte)0) || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8) || terminatedName[^1] != 0
            ? throw new ArgumentException("not the name of an entry with a NUL after it", nameof(terminatedName))
            : terminatedName;
    }
}
