namespace Backshift.Posix;

/// <summary>The descriptors that this process was given: 0, 1 and 2.</summary>
public static unsafe class Descriptors
{
    /// <summary>Whether the descriptor is a terminal, isatty(3).</summary>
    public static bool IsTerminal(int fd) => Libc.IsTerminal(fd) == 1;

    /// <summary>
    /// Whether this process was given the descriptor. What is open by now may be the runtime's own, which takes the lowest number that is free; all of that is
    /// marked close-on-exec, and what came through execve(2) cannot be.
    /// </summary>
    public static bool WasGiven(int fd) => Libc.Fcntl(fd, Libc.F_GETFD, 0) == 0;

    /// <summary>Has a descriptor stay open in the program that takes the place of this one.</summary>
    public static void SurviveExecute(int fd)
    {
        const int F_SETFD = 2;
        _ = Libc.Fcntl(fd, F_SETFD, 0);
    }

    /// <summary>Keeps a descriptor that this process was given from its children.</summary>
    public static void EndWithExecute(int fd)
    {
        const int F_SETFD = 2, FD_CLOEXEC = 1;
        _ = Libc.Fcntl(fd, F_SETFD, FD_CLOEXEC);
    }

    /// <summary>Makes a pipe as large as an unprivileged process may (1 MiB): a sixteenth of the switches between its two ends. Anything but a pipe stays as it
    /// is.</summary>
    public static void EnlargePipe(int fd) => _ = Libc.Fcntl(fd, Libc.F_SETPIPE_SZ, 1 << 20);

    /// <summary>Width of the terminal in columns, or 0 where it does not say.</summary>
    public static int TerminalColumns(int fd)
    {
        const nuint TIOCGWINSZ = 0x5413;
        ushort* size = stackalloc ushort[4];
        return Libc.Control(fd, TIOCGWINSZ, size) == 0 ? size[1] : 0;
    }

    /// <summary>Writes everything, waiting where the descriptor does not block.</summary>
    /// <returns>0, or the error number.</returns>
    public static int WriteAll(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            int done = 0;
            while (done < bytes.Length)
            {
                nint count = Libc.Write(fd, start + done, (nuint)(bytes.Length - done));
                if (count < 0)
                {
                    int errno = Errno.Last;
                    if (errno == Errno.EINTR)
                    {
                        continue;
                    }

                    if (errno == Errno.EAGAIN)
                    {
                        const short POLLOUT = 4;
                        Libc.PollDescriptor wait = new() { Fd = fd, Events = POLLOUT };
                        _ = Libc.Poll(&wait, 1, -1);
                        continue;
                    }

                    return errno;
                }

                done += (int)count;
            }
        }

        return 0;
    }
}
