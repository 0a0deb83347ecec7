using System.Globalization;

namespace Backshift.Sealing.Tests;

/// <summary>Looks through all memory of this process that can be written to, as proc_pid_mem(5) shows it.</summary>
internal static class OwnMemory
{
    private const byte Shift = 0x5A;
    private const int Piece = 1 << 20;

    /// <summary>A secret in such a form that looking for it does not leave copies of it in memory: each byte is increased.</summary>
    internal static byte[] Masked(ReadOnlySpan<byte> secret)
    {
        byte[] masked = new byte[secret.Length];
        for (int i = 0; i < masked.Length; i++)
        {
            masked[i] = unchecked((byte)(secret[i] + Shift));
        }

        return masked;
    }

    /// <summary>How many copies of secrets there are.</summary>
    /// <param name="masked">The secrets, see <see cref="Masked"/>; of one length.</param>
    internal static int CountCopies(params byte[][] masked)
    {
        int overlap = masked[0].Length - 1;
        byte[] buffer = new byte[Piece];
        int count = 0;
        using FileStream memory = new("/proc/self/mem", new FileStreamOptions { BufferSize = 0 });
        foreach ((long start, long end) in Mappings())
        {
            for (long at = start; at < end; at += Piece - overlap)
            {
                int read = Read(memory, at, buffer.AsSpan(0, (int)Math.Min(Piece, end - at)));
                for (int i = 0; i < read; i++)
                {
                    buffer[i] = unchecked((byte)(buffer[i] + Shift));
                }

                foreach (byte[] secret in masked)
                {
                    int found = 0;
                    for (int next; (next = buffer.AsSpan(found, read - found).IndexOf(secret)) >= 0; found += next + 1)
                    {
                        count++;
                    }
                }
            }
        }

        return count;
    }

    private static int Read(FileStream memory, long offset, Span<byte> buffer)
    {
        try
        {
            return RandomAccess.Read(memory.SafeFileHandle, buffer, offset);
        }
        catch (IOException)
        {
            // Unmapped meanwhile, or not to be read.
            return 0;
        }
    }

    private static List<(long Start, long End)> Mappings()
    {
        List<(long, long)> mappings = [];
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            string[] parts = line.Split(' ', 3);
            if (parts[1].StartsWith("rw", StringComparison.Ordinal) && !line.EndsWith("[vvar]", StringComparison.Ordinal))
            {
                string[] ends = parts[0].Split('-');
                mappings.Add((long.Parse(ends[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                    long.Parse(ends[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
            }
        }

        return mappings;
    }
}
