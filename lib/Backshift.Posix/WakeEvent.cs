namespace Backshift.Posix;

/// <summary>An eventfd(2) that ends a read which is waiting for a pipe: set once, for ever. Or has it do something else before it goes on.</summary>
public sealed unsafe class WakeEvent : IDisposable
{
    private readonly int fd;
    private bool set;

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

    /// <summary>The action of the reader when it is interrupted, on its own thread.</summary>
    public Action? Interlude { get; set; }

    public bool IsSet => Volatile.Read(ref set);

    public void Set()
    {
        Volatile.Write(ref set, true);
        Add();
    }

    /// <summary>Has the reader call <see cref="Interlude"/>, now if it waits, else before it reads again.</summary>
    public void Interrupt() => Add();

    /// <summary>Waits until <paramref name="other"/> can be read, or is at its end, or the event is set.</summary>
    /// <returns>Whether the event is set.</returns>
    internal bool WaitFor(int other)
    {
        while (!IsSet)
        {
            bool ready = Poll(other, out bool interrupted);
            if (interrupted && !IsSet)
            {
                Interlude?.Invoke();
            }
            else if (ready && !IsSet)
            {
                return false;
            }
        }

        return true;
    }

    private void Add()
    {
        ulong one = 1;
        _ = Libc.Write(fd, (byte*)&one, sizeof(ulong));
    }

    private bool Poll(int other, out bool interrupted)
    {
        Libc.PollDescriptor* both = stackalloc Libc.PollDescriptor[2];
        both[0] = new Libc.PollDescriptor { Fd = other, Events = Libc.POLLIN };
        both[1] = new Libc.PollDescriptor { Fd = fd, Events = Libc.POLLIN };
        while (Libc.Poll(both, 2, -1) < 0 && Errno.Last == Errno.EINTR)
        {
        }

        // Taken back, so that the next call waits again; a set event is noticed by its flag.
        ulong count;
        interrupted = both[1].Returned != 0 && Libc.Read(fd, (byte*)&count, sizeof(ulong)) > 0;
        return both[0].Returned != 0;
    }

    public void Dispose() => _ = Libc.Close(fd);
}
