namespace Backshift.Posix;

/// <summary>The inode flags of ioctl_iflags(2) that are attributes of a file (FS_*_FL of linux/fs.h), and where they are read.</summary>
public static class InodeFlags
{
    public const uint Compressed = 0x4;
    public const uint Immutable = 0x10;
    public const uint AppendOnly = 0x20;
    public const uint NoDump = 0x40;
    public const uint NoCompression = 0x400;
    public const uint Encrypted = 0x800;
    public const uint Verity = 0x100000;
    public const uint NoCopyOnWrite = 0x800000;
    public const uint CaseFold = 0x40000000;

    /// <summary>
    /// What is kept: all that chattr(1) sets and clears (s u c S i a d A m j t D T C x P F), and that the content is encrypted (E) or under fs-verity (V). How
    /// a file system lays the inode out, in extents, inline, by a hashed index, is its own affair and differs from one to the next.
    /// </summary>
    public const uint Kept = 0x1 | 0x2 | Compressed | 0x8 | Immutable | AppendOnly | NoDump | 0x80 | 0x400 | Encrypted | 0x4000 | 0x8000 | 0x10000 | 0x20000
        | Verity | NoCopyOnWrite | 0x2000000 | 0x20000000 | 0x40000000;

    /// <summary>What can be set again: all but encryption and fs-verity, which are properties of the content.</summary>
    public const uint CanBeSet = Kept & ~(Encrypted | Verity);

    /// <summary>Those that statx(2) reports without opening the file. Its attributes (STATX_ATTR_*) were given the bits of the flags.</summary>
    public const uint InStatus = Compressed | Immutable | AppendOnly | NoDump | Encrypted | Verity;

    /// <summary>The flags of which statx(2) tells, without opening the file.</summary>
    public static uint Of(in FileStatus status) => (uint)status.Attributes & InStatus;

    /// <summary>All kept flags of an open file or directory (FS_IOC_GETFLAGS).</summary>
    /// <param name="file">The file.</param>
    /// <param name="flags">The flags, if the call returns 0.</param>
    /// <returns>0, or the error number; ENOTTY where the file system has no flags.</returns>
    public static unsafe int TryRead(UnixFile file, out uint flags)
    {
        // The kernel writes an int, whatever the ioctl's number says.
        ulong read = 0;
        int errno = Libc.Control(file.Number, Libc.FS_IOC_GETFLAGS, &read) == 0 ? 0 : Errno.Last;
        flags = errno == 0 ? (uint)read & Kept : 0;
        return errno;
    }
}
