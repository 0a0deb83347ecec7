namespace Backshift.Posix;

/// <summary>An open file descriptor of this process's own, with the name it was opened under. Not for use by two threads at once, but <see cref="ReadAt"/>
/// is.</summary>
public sealed unsafe partial class UnixFile : IDisposable
{
    private int number;

    private UnixFile(int number, BytePath path)
    {
        this.number = number;
        Path = path;
    }

    ~UnixFile() => Dispose();

    /// <summary>The name it was opened under, for messages.</summary>
    public BytePath Path { get; }

    /// <summary>The descriptor's number.</summary>
    public int Number => number >= 0 ? number : throw new ObjectDisposedException(Path.ToString());

    /// <summary>Opens for reading. The result is null, and <paramref name="errno"/> says why, where the system refuses.</summary>
    /// <param name="directory">Where a relative path starts, or null for the working directory.</param>
    /// <param name="path">The path.</param>
    /// <param name="how">Further flags for open(2).</param>
    /// <param name="errno">0, or the error number.</param>
    public static UnixFile? TryOpen(UnixFile? directory, BytePath path, OpenFor how, out int errno) => TryOpenAs(directory, path, how, path, out errno);

    /// <summary>As <see cref="TryOpen"/>, with another path for messages.</summary>
    /// <param name="directory">Where a relative path starts, or null for the working directory.</param>
    /// <param name="path">The path.</param>
    /// <param name="how">Further flags for open(2).</param>
    /// <param name="shown">The path for messages.</param>
    /// <param name="errno">0, or the error number.</param>
    internal static UnixFile? TryOpenAs(UnixFile? directory, BytePath path, OpenFor how, BytePath shown, out int errno)
    {
        int flags = FlagsOf(how);
        int fd;
        fixed (byte* name = path.Terminated())
        {
            do
            {
                fd = Libc.OpenAt(directory?.Number ?? Libc.AT_FDCWD, name, flags, 0);
            }
            while (fd < 0 && Errno.Last == Errno.EINTR);
        }

        errno = fd < 0 ? Errno.Last : 0;
        return fd < 0 ? null : new UnixFile(fd, shown);
    }

    /// <summary>The flags of open(2) for opening in this way.</summary>
    internal static int FlagsOf(OpenFor how)
    {
        // openat2(2) refuses whatever means nothing beside O_PATH.
        int flags = (how & OpenFor.Writing) != 0 ? Libc.O_RDWR : Libc.O_RDONLY;
        flags |= Libc.O_CLOEXEC | ((how & OpenFor.Passage) != 0 ? Libc.O_PATH : Libc.O_NOCTTY);
        flags |= (how & OpenFor.Directory) != 0 ? Libc.O_DIRECTORY : 0;
        flags |= (how & OpenFor.NoFollow) != 0 ? Libc.O_NOFOLLOW : 0;
        flags |= (how & OpenFor.NoAccessTime) != 0 ? Libc.O_NOATIME : 0;
        flags |= (how & OpenFor.NoBlocking) != 0 ? Libc.O_NONBLOCK : 0;
        return flags;
    }

    /// <summary>Takes a descriptor over that a call of this library returned.</summary>
    internal static UnixFile Of(int number, BytePath path) => new(number, path);

    /// <summary>Opens an existing file for reading.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public static UnixFile Open(BytePath path, OpenFor how = OpenFor.Reading) =>
        TryOpen(null, path, how, out int errno) ?? throw new UnixException(errno, "open", path.ToString());

    /// <summary>Creates a file that must not exist yet, for reading and writing, for its owner alone (mode 0600).</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public static UnixFile Create(BytePath path) => Create(null, path, path);

    /// <summary>Creates a file that must not exist yet, for reading and writing, for its owner alone (mode 0600).</summary>
    /// <param name="directory">Where a relative path starts, or null for the working directory.</param>
    /// <param name="name">The path from there.</param>
    /// <param name="shown">The path for messages.</param>
    /// <exception cref="UnixException">The system refused.</exception>
    internal static UnixFile Create(UnixFile? directory, BytePath name, BytePath shown) =>
        Make(directory, name, Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL | Libc.O_CLOEXEC, shown);

    /// <summary>Opens a file that is made if it is not there, for its owner alone (mode 0600).</summary>
    private static UnixFile Make(UnixFile? directory, BytePath name, int flags, BytePath shown)
    {
        fixed (byte* path = name.Terminated())
        {
            int fd;
            do
            {
                fd = Libc.OpenAt(directory?.Number ?? Libc.AT_FDCWD, path, flags, FileModes.PrivateFile);
            }
            while (fd < 0 && Errno.Last == Errno.EINTR);
            if (fd < 0)
            {
                Errno.Throw("open", shown);
            }

            return new UnixFile(fd, shown);
        }
    }

    /// <summary>Reads on; 0 at the end of the file.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public int Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            nint count;
            do
            {
                count = Libc.Read(Number, start, (nuint)buffer.Length);
            }
            while (count < 0 && Errno.Last == Errno.EINTR);
            if (count < 0)
            {
                Errno.Throw("read", Path);
            }

            return (int)count;
        }
    }

    /// <summary>Reads at <paramref name="offset"/> until <paramref name="buffer"/> is full or the file ends; the count that was read.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public int ReadAt(Span<byte> buffer, long offset)
    {
        int done = 0;
        fixed (byte* start = buffer)
        {
            while (done < buffer.Length)
            {
                nint count = Libc.ReadAt(Number, start + done, (nuint)(buffer.Length - done), offset + done);
                if (count < 0 && Errno.Last == Errno.EINTR)
                {
                    continue;
                }

                if (count < 0)
                {
                    Errno.Throw("pread", Path);
                }

                if (count == 0)
                {
                    break;
                }

                done += (int)count;
            }
        }

        return done;
    }

    /// <summary>Writes all of <paramref name="bytes"/>.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        int errno = Descriptors.WriteAll(Number, bytes);
        if (errno != 0)
        {
            throw new UnixException(errno, "write", Path.ToString());
        }
    }

    /// <summary>Moves to <paramref name="offset"/> from the start.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public void Seek(long offset)
    {
        if (Libc.Seek(Number, offset, 0) < 0)
        {
            Errno.Throw("lseek", Path);
        }
    }

    /// <summary>Makes the contents durable, fsync(2). After a failure the file is to be given up: its pages may be marked clean although they never reached the
    /// disk.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public void Sync()
    {
        if (Libc.Fsync(Number) < 0)
        {
            Errno.Throw("fsync", Path);
        }
    }

    /// <summary>Tells the kernel that the file will be read from start to end.</summary>
    public void AdviseSequential() => _ = Libc.Advise(Number, 0, 0, Libc.POSIX_FADV_SEQUENTIAL);

    /// <summary>Tells the kernel that this range will be read soon; not of a file that is to stay out of the cache.</summary>
    public void AdviseWillNeed(long offset, long length) => _ = leavesCache ? 0 : Libc.Advise(Number, offset, length, Libc.POSIX_FADV_WILLNEED);

    /// <summary>Takes an advisory lock, flock(2); false if another process holds one that excludes it.</summary>
    /// <exception cref="UnixException">The system refused; see <see cref="Errno.MeansNoLocks"/>.</exception>
    public bool TryLock(bool exclusive)
    {
        if (Libc.Flock(Number, (exclusive ? Libc.LOCK_EX : Libc.LOCK_SH) | Libc.LOCK_NB) == 0)
        {
            return true;
        }

        if (Errno.Last != Errno.EAGAIN)
        {
            Errno.Throw("flock", Path);
        }

        return false;
    }

    /// <summary>Leaves the descriptor, and the lock that goes with it, to the program that takes the place of this one, and to its children.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public void SurviveExecute()
    {
        const int F_SETFD = 2;
        if (Libc.Fcntl(Number, F_SETFD, 0) < 0)
        {
            Errno.Throw("fcntl", Path);
        }
    }

    /// <summary>Gives the lock up, also for a child process that shares this descriptor between fork and exec.</summary>
    public void Unlock() => _ = Libc.Flock(Number, Libc.LOCK_UN);

    public void Dispose()
    {
        int open = Interlocked.Exchange(ref number, -1);
        if (open >= 0)
        {
            pages?.GiveBackAll(open);
            _ = Libc.Close(open);
        }

        GC.SuppressFinalize(this);
    }
}
