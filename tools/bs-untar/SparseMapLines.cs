using System.Buffers;
using System.Buffers.Text;

namespace Backshift.Tools.Untar;

/// <summary>The lines of a sparse map of format 1.0 as its blocks come: how many runs there are, then offset and length of each.</summary>
internal sealed class SparseMapLines
{
    private const int LongestNumber = 20;

    private readonly ArrayBufferWriter<byte> lines = new(2 * TarHeader.Block);
    private int used;
    private long? left;
    private long? offset;

    /// <summary>Adds a block.</summary>
    internal void Add(ReadOnlySpan<byte> block)
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
    internal bool TryRead(SparseMap map)
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
}
