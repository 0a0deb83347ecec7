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
    private const uint ISIG = 1;
    private const uint ICANON = 2;
    private const uint ECHO = 8;
    private const byte Interrupt = 3;
    private const byte EndOfFile = 4;
    private const byte EraseLine = 21;
    private const int LineLimit = 4096;

    /// <summary>Asks for a line that is not shown.</summary>
    /// <param name="prompt">What is asked for.</param>
    /// <param name="asking">Takes what makes the terminal show again what is typed, for the case that a signal ends the process meanwhile; at the end,
    /// null.</param>
    /// <param name="isCancelled">Whether the user gave up.</param>
    /// <returns>The line, pinned in memory; null if there is no terminal, it is in use by programs in the foreground, or the user gave up.</returns>
    public static byte[]? Ask(string prompt, Action<Action?> asking, out bool isCancelled)
    {
        isCancelled = false;
        int fd;
        fixed (byte* name = "/dev/tty\0"u8)
        {
            fd = Libc.OpenAt(Libc.AT_FDCWD, name, Libc.O_RDWR | Libc.O_CLOEXEC, 0);
        }

        if (fd < 0)
        {
            return null;
        }

        byte[] settings = new byte[SettingsSize];
        try
        {
            // A process in the background would be stopped when it changes the settings.
            if (!TryGet(fd, settings) || Libc.ForegroundGroup(fd) != Libc.ProcessGroup())
            {
                return null;
            }

            byte[] quiet = [.. settings];
            Span<byte> modes = quiet.AsSpan(LocalModes, sizeof(uint));
            BinaryPrimitives.WriteUInt32LittleEndian(modes, BinaryPrimitives.ReadUInt32LittleEndian(modes) & ~(ISIG | ICANON | ECHO));
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
                return ReadLine(fd, out isCancelled);
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
        finally
        {
            _ = Libc.Close(fd);
        }
    }

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

    private static byte[]? ReadLine(int fd, out bool isCancelled)
    {
        byte[] line = GC.AllocateArray<byte>(LineLimit, pinned: true);
        int length = 0;
        byte next;
        isCancelled = false;
        while (true)
        {
            nint count = Libc.Read(fd, &next, 1);
            if (count < 0 && Errno.Last == Errno.EINTR)
            {
                continue;
            }

            if (count <= 0 || next == Interrupt || (next == EndOfFile && length == 0))
            {
                isCancelled = true;
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
        return isCancelled ? null : exact;
    }

    private static void Say(int fd, string text)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(text))
        {
            _ = Libc.Write(fd, bytes, (nuint)Encoding.UTF8.GetByteCount(text));
        }
    }
}
