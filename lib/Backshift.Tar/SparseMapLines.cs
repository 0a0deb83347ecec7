using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Backshift.Tar;

/// <summary>
/// The lines of a sparse map as they stand before the data in GNU tar's format 1.0 (GNU tar manual, "PAX Format, Version 1.0"): how many runs there are, then
/// offset and length of each. They are read as their blocks come.
/// </summary>
public sealed class SparseMapLines
{
    private const int LongestNumber = 20;

    private readonly ArrayBufferWriter<byte> lines = new(2 * TarBlock.Size);
    private int used;
    private long? left;
    private long? offset;

    /// <summary>Writes a map, in whole blocks.</summary>
    public static byte[] Write(SparseMap map)
    {
        ArrayBufferWriter<byte> text = new();
        WriteLine(text, map.Count);
        foreach ((long start, long length) in map.Runs)
        {
            WriteLine(text, start);
            WriteLine(text, length);
        }

        byte[] blocks = new byte[text.WrittenCount + (-text.WrittenCount & (TarBlock.Size - 1))];
        text.WrittenSpan.CopyTo(blocks);
        return blocks;
    }

    /// <summary>Adds a block.</summary>
    public void Add(ReadOnlySpan<byte> block)
    {
        // The rest of a number moves to the front.
        byte[] rest = lines.WrittenSpan[used..].ToArray();
        lines.ResetWrittenCount();
        lines.Write(rest);
        lines.Write(block);
        used = 0;
    }

    /// <summary>Puts what there is into a map; false if more has to come.</summary>
    /// <exception cref="FormatException">Something is no number, or the map is none.</exception>
    public bool TryRead(SparseMap map)
    {
        while (left != 0)
        {
            ReadOnlySpan<byte> rest = lines.WrittenSpan[used..];
            int end = rest.IndexOf((byte)'\n');
            if (end < 0 && rest.Length <= LongestNumber)
            {
                return false;
            }

            if (end < 0 || !Utf8Parser.TryParse(rest[..end], out long number, out int length) || length != end || number < 0)
            {
                throw new FormatException("a sparse map with something that is not a number");
            }

            used += end + 1;
            if (left is null)
            {
                left = number;
            }
            else if (offset is { } start)
            {
                map.Add(start, number);
                offset = null;
                left--;
            }
            else
            {
                offset = number;
            }
        }

        return true;
    }

    private static void WriteLine(ArrayBufferWriter<byte> text, long number) =>
        text.Write(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture) + "\n"));
}
