namespace Backshift.Posix;

public sealed unsafe partial class UnixFile
{
    /// <summary>Creates a file in a directory that has no name yet and goes with the descriptor unless <see cref="TryGiveName"/> gives it one (O_TMPFILE), for
    /// its owner alone.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="shown">The path for messages.</param>
    /// <param name="errno">0, or the error number; <see cref="MeansNoUnnamed"/> tells whether the file system has no such files.</param>
    public static UnixFile? TryCreateUnnamed(UnixFile directory, BytePath shown, out int errno)
    {
        fixed (byte* here = ".\0"u8)
        {
            int fd = Libc.OpenAt(directory.Number, here, Libc.O_RDWR | Libc.O_TMPFILE | Libc.O_CLOEXEC, FileModes.PrivateFile);
            errno = fd < 0 ? Errno.Last : 0;
            return fd < 0 ? null : new UnixFile(fd, shown);
        }
    }

    /// <summary>Whether a file without a name could not be made because there are none, O_TMPFILE in open(2).</summary>
    public static bool MeansNoUnnamed(int errno) => errno is Errno.EOPNOTSUPP or Errno.EISDIR or Errno.ENOENT or Errno.EINVAL;

    /// <summary>Creates a file in a directory under a name that is free, for its owner alone.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="name">The name, a single component.</param>
    /// <param name="shown">The path for messages.</param>
    /// <param name="errno">0, or the error number.</param>
    public static UnixFile? TryCreate(UnixFile directory, BytePath name, BytePath shown, out int errno)
    {
        try
        {
            errno = 0;
            return Create(directory, name, shown);
        }
        catch (UnixException e)
        {
            errno = e.Errno;
            return null;
        }
    }

    /// <summary>Gives a file that has no name one that is free.</summary>
    /// <returns>0, or the error number.</returns>
    public int TryGiveName(UnixFile directory, ReadOnlySpan<byte> terminatedName)
    {
        fixed (byte* name = terminatedName, empty = "\0"u8, path = InodeChanges.ProcPath(this))
        {
            // Without a capability (or, from Linux 6.10, the same credentials) it is as if there were nothing there; then /proc is needed.
            if (Libc.LinkAt(Number, empty, directory.Number, name, Libc.AT_EMPTY_PATH) == 0)
            {
                return 0;
            }

            return Errno.Last == Errno.ENOENT && Libc.LinkAt(Libc.AT_FDCWD, path, directory.Number, name, Libc.AT_SYMLINK_FOLLOW) == 0 ? 0 : Errno.Last;
        }
    }

    /// <summary>Writes all of <paramref name="bytes"/> at <paramref name="offset"/>.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public void WriteAt(ReadOnlySpan<byte> bytes, long offset)
    {
        fixed (byte* start = bytes)
        {
            for (int done = 0; done < bytes.Length;)
            {
                nint count = Libc.WriteAt(Number, start + done, (nuint)(bytes.Length - done), offset + done);
                if (count > 0)
                {
                    done += (int)count;
                }
                else if (count == 0 || Errno.Last != Errno.EINTR)
                {
                    Errno.Throw("pwrite", Path);
                }
            }
        }
    }

    /// <summary>Cuts the file, or makes it longer by a hole, ftruncate(2).</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public void SetLength(long length)
    {
        if (Libc.SetLength(Number, length) != 0)
        {
            Errno.Throw("ftruncate", Path);
        }
    }

    /// <summary>Makes a range a hole, fallocate(2); false where the file system cannot.</summary>
    public bool TryPunchHole(long offset, long length) =>
        Libc.Allocate(Number, Libc.FALLOC_FL_PUNCH_HOLE | Libc.FALLOC_FL_KEEP_SIZE, offset, length) == 0;

    /// <summary>Makes this file, which is empty, share the content of another one until either is written to (FICLONE); false where the file system
    /// cannot.</summary>
    public bool TryClone(UnixFile other) => Libc.Control(Number, Libc.FICLONE, (nint)other.Number) == 0;

    /// <summary>Asks what became of the writes, as close(2) does: NFS and quotas may report it only then. The file stays open.</summary>
    /// <returns>0, or the error number.</returns>
    public int TryCloseCopy()
    {
        int copy = Libc.Fcntl(Number, Libc.F_DUPFD_CLOEXEC, 0);
        return copy >= 0 && (Libc.Close(copy) == 0 || Errno.Last == Errno.EINTR) ? 0 : Errno.Last;
    }
}
