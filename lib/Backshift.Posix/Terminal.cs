using System.Buffers.Binary;
using System.Text;

namespace Backshift.Posix;

/// <summary>The terminal of this process, tty(4), wherever its descriptors lead: a stage asks for a passphrase there while a stream runs through it.</summary>
public static unsafe class Terminal
{
    private const int SettingsSize = 256;
    private const int LocalModes = 12;
    private const int TimeCharacter = 17 + 5;
    private const int LeastCharacter = 17 + 6;

    // ISIG, ICANON and ECHO: what is off while a passphrase is typed.
    private const uint Quiet = 1 | 2 | 8;
    private const byte Interrupt = 3;
    private const byte EndOfFile = 4;
    private const byte EraseLine = 21;
    private const int LineLimit = 4096;

    /// <summary>Asks for a line that is not shown.</summary>
    /// <param name="prompt">What is asked for.</param>
    /// <param name="isInherited">Whether another program may have been killed while it asked here: then a terminal that shows nothing shows again, afterwards,
    /// what is typed.</param>
    /// <param name="asking">Takes what makes the terminal show again what is typed, for the case that a signal ends the process meanwhile; at the end,
    /// null.</param>
    /// <param name="ended">How it ended.</param>
    /// <returns>The line, pinned in memory; null if there is none.</returns>
    public static byte[]? Ask(string prompt, bool isInherited, Action<Action?> asking, out TerminalAnswer ended)
    {
        ended = TerminalAnswer.NoTerminal;
        using UnixFile? terminal = TryOpen();
        byte[] settings = new byte[SettingsSize];

        // A process in the background would be stopped when it changes the settings.
        if (terminal is null || !TryGet(terminal.Number, settings) || !IsInForeground(terminal))
        {
            return null;
        }

        int fd = terminal.Number;
        uint modes = LocalModesOf(settings);
        if (isInherited && (modes & Quiet) == 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(settings.AsSpan(LocalModes), modes | Quiet);
        }

        byte[] quiet = [.. settings];
        BinaryPrimitives.WriteUInt32LittleEndian(quiet.AsSpan(LocalModes), modes & ~Quiet);
        (quiet[LeastCharacter], quiet[TimeCharacter]) = (1, 0);
        asking(() => TrySet(fd, settings));
        try
        {
            // What is typed must not be shown.
            if (!TrySet(fd, quiet))
            {
                return null;
            }

            Say(fd, prompt);
            return ReadLine(fd, out ended);
        }
        finally
        {
            if (TrySet(fd, settings))
            {
                Say(fd, "\n");
            }

            asking(null);
        }
    }

    /// <summary>The terminal of this process; null if it has none.</summary>
    internal static UnixFile? TryOpen()
    {
        fixed (byte* name = "/dev/tty\0"u8)
        {
            int fd = Libc.OpenAt(Libc.AT_FDCWD, name, Libc.O_RDWR | Libc.O_CLOEXEC, 0);
            return fd < 0 ? null : UnixFile.Of(fd, BytePath.Of("/dev/tty"));
        }
    }

    internal static bool IsInForeground(UnixFile terminal) => Libc.ForegroundGroup(terminal.Number) == Libc.ProcessGroup();

    private static uint LocalModesOf(byte[] settings) => BinaryPrimitives.ReadUInt32LittleEndian(settings.AsSpan(LocalModes));

    private static bool TryGet(int fd, byte[] settings)
    {
        fixed (byte* to = settings)
        {
            return Libc.GetTerminal(fd, to) == 0;
        }
    }

    private static bool TrySet(int fd, byte[] settings)
    {
        fixed (byte* from = settings)
        {
            return Libc.SetTerminal(fd, 0, from) == 0;
        }
    }

    private static byte[]? ReadLine(int fd, out TerminalAnswer ended)
    {
        byte[] line = GC.AllocateArray<byte>(LineLimit, pinned: true);
        int length = 0;
        byte next;
        ended = TerminalAnswer.Line;
        while (true)
        {
            nint count = Libc.Read(fd, &next, 1);
            if (count < 0 && Errno.Last == Errno.EINTR)
            {
                continue;
            }

            if (count <= 0 || next == Interrupt || (next == EndOfFile && length == 0))
            {
                ended = count > 0 && next == Interrupt ? TerminalAnswer.Interrupt : TerminalAnswer.GivenUp;
                break;
            }

            if (next is (byte)'\n' or (byte)'\r' or EndOfFile)
            {
                break;
            }

            if (next is 8 or 127)
            {
                // A letter may have several bytes.
                while (length > 0 && (line[--length] & 0xc0) == 0x80)
                {
                }
            }
            else if (next == EraseLine)
            {
                length = 0;
            }
            else if (length < line.Length)
            {
                line[length++] = next;
            }
        }

        byte[] exact = GC.AllocateArray<byte>(length, pinned: true);
        line.AsSpan(0, length).CopyTo(exact);
        line.AsSpan().Clear();
        return ended == TerminalAnswer.Line ? exact : null;
    }

    private static void Say(int fd, string text)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(text))
        {
            _ = Libc.Write(fd, bytes, (nuint)Encoding.UTF8.GetByteCount(text));
        }
    }
}
