namespace Backshift.Posix;

/// <summary>An eventfd(2) that ends a read which is waiting for a pipe. Set once, for ever.</summary>
public sealed unsafe class WakeEvent : IDisposable
{
    private readonly int fd;

    /// <exception cref="UnixException">No descriptor was to be had.</exception>
    public WakeEvent()
    {
        const int EFD_CLOEXEC = Libc.O_CLOEXEC;
        fd = Libc.EventDescriptor(0, EFD_CLOEXEC | Libc.O_NONBLOCK);
        if (fd < 0)
        {
            Errno.Throw("eventfd", "wake event");
        }
    }

    public bool IsSet { get; private set; }

    public void Set()
    {
        IsSet = true;
        ulong one = 1;
        _ = Libc.Write(fd, (byte*)&one, sizeof(ulong));
    }

    /// <summary>Waits until <paramref name="other"/> can be read, or is at its end, or the event is set.</summary>
    /// <returns>Whether the event is set.</returns>
    internal bool WaitFor(int other)
    {
        Libc.PollDescriptor* both = stackalloc Libc.PollDescriptor[2];
        both[0] = new Libc.PollDescriptor { Fd = other, Events = Libc.POLLIN };
        both[1] = new Libc.PollDescriptor { Fd = fd, Events = Libc.POLLIN };
        while (Libc.Poll(both, 2, -1) < 0 && Errno.Last == Errno.EINTR)
        {
        }

        return both[1].Returned != 0;
    }

    public void Dispose() => _ = Libc.Close(fd);
}
