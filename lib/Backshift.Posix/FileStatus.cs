namespace Backshift.Posix;

/// <summary>The attributes of an inode, as statx(2) reports them.</summary>
public readonly struct FileStatus
{
    /// <summary>STATX_ATTR_NODUMP of statx(2).</summary>
    public const ulong NoDump = 0x40;

    private readonly StatxBuffer buffer;

    internal FileStatus(in StatxBuffer buffer) => this.buffer = buffer;

    public FileKind Kind => (FileKind)(buffer.Mode >> 12);

    /// <summary>The permission bits with setuid, setgid and sticky: 0 to 07777.</summary>
    public uint Mode => (uint)buffer.Mode & 0xFFF;

    public uint Uid => buffer.Uid;

    public uint Gid => buffer.Gid;

    public long Size => (long)buffer.Size;

    /// <summary>Space taken, in units of 512 bytes.</summary>
    public long Blocks => (long)buffer.Blocks;

    public uint Nlink => buffer.Nlink;

    public ulong Ino => buffer.Ino;

    /// <summary>The device that the inode lies on, as makedev(3) joins major and minor.</summary>
    public ulong Dev => MakeDevice(buffer.DevMajor, buffer.DevMinor);

    /// <summary>Major and minor of the device that the inode is.</summary>
    public (uint Major, uint Minor) Rdev => (buffer.RdevMajor, buffer.RdevMinor);

    public UnixTime Mtime => new(buffer.ModifySeconds, buffer.ModifyNanoseconds);

    public UnixTime Ctime => new(buffer.ChangeSeconds, buffer.ChangeNanoseconds);

    /// <summary>When the inode was born, or null where the file system does not say.</summary>
    public UnixTime? Btime => (buffer.Mask & StatxBuffer.BirthTime) != 0 ? new UnixTime(buffer.BirthSeconds, buffer.BirthNanoseconds) : null;

    /// <summary>STATX_ATTR_… bits.</summary>
    public ulong Attributes => buffer.Attributes;

    /// <summary>Whether both are of the same inode.</summary>
    public bool IsSameFile(FileStatus other) => Ino == other.Ino && Dev == other.Dev;

    /// <summary>makedev(3) of the GNU C library.</summary>
    public static ulong MakeDevice(uint major, uint minor) =>
        ((ulong)(major & 0xfffff000) << 32) | ((ulong)(major & 0xfff) << 8) | ((ulong)(minor & 0xffffff00) << 12) | (minor & 0xff);

    /// <summary>Asks for the status of a path itself, never of what a link at its end points to.</summary>
    /// <param name="directory">Where a relative path starts, or null for the working directory.</param>
    /// <param name="terminatedPath">The path with a NUL after it.</param>
    /// <param name="status">The status, if the call returns 0.</param>
    /// <returns>0, or the error number.</returns>
    public static unsafe int TryGet(UnixFile? directory, ReadOnlySpan<byte> terminatedPath, out FileStatus status)
    {
        StatxBuffer buffer;
        fixed (byte* path = terminatedPath)
        {
            int failed = Libc.Statx(directory?.Number ?? Libc.AT_FDCWD, path, Libc.AT_SYMLINK_NOFOLLOW | Libc.AT_NO_AUTOMOUNT,
                StatxBuffer.BasicStats | StatxBuffer.BirthTime, &buffer);
            status = new FileStatus(in buffer);
            return failed == 0 ? 0 : Errno.Last;
        }
    }

    /// <inheritdoc cref="TryGet(UnixFile?, ReadOnlySpan{byte}, out FileStatus)"/>
    public static int TryGet(BytePath path, out FileStatus status) => TryGet(null, path.Terminated(), out status);

    /// <summary>The status of an open file (fstat).</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public static unsafe FileStatus Of(UnixFile file)
    {
        StatxBuffer buffer;
        byte empty = 0;
        if (Libc.Statx(file.Number, &empty, Libc.AT_EMPTY_PATH, StatxBuffer.BasicStats | StatxBuffer.BirthTime, &buffer) != 0)
        {
            Errno.Throw("statx", file.Path);
        }

        return new FileStatus(in buffer);
    }
}
