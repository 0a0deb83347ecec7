using System.Text;

namespace Backshift.Posix;

/// <summary>
/// The right to ask on the terminal of this process: one program at a time has it, the others wait. It is a lock, flock(2), on the device of the terminal,
/// which goes when its holder ends, however it does. Only the owner of the terminal can take it, who can stop what runs there anyway: so there is no limit to
/// the wait, as there is none to how long a user types.
/// </summary>
public sealed unsafe class TerminalTurn : IDisposable
{
    // _IOR('T', 0x32, unsigned int)
    private const nuint TIOCGDEV = 0x80045432;

    private readonly UnixFile? device;

    private TerminalTurn(UnixFile? device, string job, bool hasWaited)
    {
        this.device = device;
        Job = job;
        HasWaited = hasWaited;
    }

    /// <summary>A name for the terminal and the process group of this process: a shell gives each pipeline a group of its own.</summary>
    public string Job { get; }

    /// <summary>Whether another program had it when this one came.</summary>
    public bool HasWaited { get; }

    /// <summary>Waits for it.</summary>
    /// <returns>Null where this process cannot ask: there is no terminal, or it runs in the background. Where the terminal belongs to another user, as after
    /// su(1), it excludes no process.</returns>
    public static TerminalTurn? Take()
    {
        uint number = 0;
        using (UnixFile? terminal = Terminal.TryOpen())
        {
            if (terminal is null || !Terminal.IsInForeground(terminal))
            {
                return null;
            }

            _ = Libc.Control(terminal.Number, TIOCGDEV, &number);
        }

        uint major = (number >> 8) & 0xfff, minor = (number & 0xff) | ((number >> 12) & 0xfff00);
        UnixFile? device = TryOpen(major, minor);
        bool hasWaited = false;
        if (device is not null && Libc.Flock(device.Number, Libc.LOCK_EX | Libc.LOCK_NB) < 0 && Errno.Last == Errno.EAGAIN)
        {
            hasWaited = true;
            while (Libc.Flock(device.Number, Libc.LOCK_EX) < 0 && Errno.Last == Errno.EINTR)
            {
            }
        }

        return new TerminalTurn(device, $"{major}.{minor}.{Libc.ProcessGroup()}", hasWaited);
    }

    /// <summary>Leaves it to the next one.</summary>
    public void Dispose() => device?.Dispose();

    /// <summary>Opens the device of a terminal under its own name: /dev/tty is one file for all of them, and for all users.</summary>
    private static UnixFile? TryOpen(uint major, uint minor)
    {
        string? name = (major, minor) switch
        {
            (136, _) => $"/dev/pts/{minor}",
            (4, < 64) => $"/dev/tty{minor}",
            (4, _) => $"/dev/ttyS{minor - 64}",
            (5, 1) => "/dev/console",
            (229, _) => $"/dev/hvc{minor}",
            _ => null,
        };
        if (name is null)
        {
            return null;
        }

        UnixFile? device = UnixFile.TryOpen(null, new BytePath(Encoding.ASCII.GetBytes(name)), OpenFor.NoBlocking, out _);
        if (device is not null && FileStatus.Of(device).Rdev != (major, minor))
        {
            device.Dispose();
            return null;
        }

        return device;
    }
}
