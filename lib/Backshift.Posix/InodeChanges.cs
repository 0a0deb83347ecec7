using System.Globalization;

namespace Backshift.Posix;

/// <summary>
/// Calls that change the attributes of an inode through a descriptor, so that no name can lead them to another one. A descriptor that was opened only to pass
/// (O_PATH), as of a symbolic link, a socket or a device, will do. All return 0 or the error number.
/// </summary>
public static unsafe class InodeChanges
{
    private const long UTIME_OMIT = 0x3ffffffe;

    /// <summary>fchown(2); null leaves one of them alone.</summary>
    public static int TryChangeOwner(UnixFile file, uint? uid, uint? gid)
    {
        fixed (byte* empty = "\0"u8)
        {
            return Libc.ChangeOwnerAt(file.Number, empty, uid ?? uint.MaxValue, gid ?? uint.MaxValue, Libc.AT_EMPTY_PATH) == 0 ? 0 : Errno.Last;
        }
    }

    /// <summary>fchmod(2)</summary>
    public static int TryChangeMode(UnixFile file, uint mode)
    {
        if (Libc.ChangeMode(file.Number, mode) == 0)
        {
            return 0;
        }

        if (Errno.Last != Errno.EBADF)
        {
            return Errno.Last;
        }

        fixed (byte* empty = "\0"u8)
        {
            if (Libc.ChangeModeAt2(file.Number, empty, mode, Libc.AT_EMPTY_PATH) == 0)
            {
                return 0;
            }
        }

        if (Errno.Last is not (Errno.ENOSYS or Errno.EPERM))
        {
            return Errno.Last;
        }

        fixed (byte* path = ProcPath(file))
        {
            return Libc.ChangeModeOf(path, mode) == 0 ? 0 : Errno.Last;
        }
    }

    /// <summary>Sets the time of the last change and leaves that of the last access alone.</summary>
    public static int TrySetMtime(UnixFile file, UnixTime time)
    {
        Libc.TimeSpecification* times = stackalloc Libc.TimeSpecification[2];
        times[0] = new Libc.TimeSpecification { Nanoseconds = UTIME_OMIT };
        times[1] = new Libc.TimeSpecification { Seconds = time.Seconds, Nanoseconds = time.Nanoseconds };
        if (Libc.SetTimes(file.Number, times) == 0)
        {
            return 0;
        }

        if (Errno.Last != Errno.EBADF)
        {
            return Errno.Last;
        }

        fixed (byte* empty = "\0"u8)
        {
            if (Libc.SetTimesAt(file.Number, empty, times, Libc.AT_EMPTY_PATH) == 0)
            {
                return 0;
            }
        }

        // Before Linux 5.8.
        if (Errno.Last != Errno.EINVAL)
        {
            return Errno.Last;
        }

        fixed (byte* path = ProcPath(file))
        {
            return Libc.SetTimesAt(Libc.AT_FDCWD, path, times, 0) == 0 ? 0 : Errno.Last;
        }
    }

    /// <summary>Sets and clears flags of an open file or directory (FS_IOC_SETFLAGS).</summary>
    /// <param name="file">The file; not one that was opened only to pass.</param>
    /// <param name="wanted">The flags that are to be set.</param>
    /// <param name="among">The flags that may be changed.</param>
    public static int TrySetFlags(UnixFile file, uint wanted, uint among)
    {
        ulong flags = 0;
        if (Libc.Control(file.Number, Libc.FS_IOC_GETFLAGS, &flags) != 0)
        {
            return Errno.Last;
        }

        ulong changed = ((uint)flags & ~among) | (wanted & among);
        return changed == (uint)flags || Libc.Control(file.Number, Libc.FS_IOC_SETFLAGS, &changed) == 0 ? 0 : Errno.Last;
    }

    /// <summary>A path to the inode itself, where /proc is mounted. The kernel does not resolve it by a name, and follows no further link.</summary>
    internal static byte[] ProcPath(UnixFile file) => BytePath.Of(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.Number}")).Terminated();
}
