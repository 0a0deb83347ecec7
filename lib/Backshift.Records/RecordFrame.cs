using System.Buffers;
using System.Buffers.Binary;

namespace Backshift.Records;

/// <summary>Finds where a record ends without building anything, and refuses what is too long or too deep before a byte of it is kept.</summary>
internal static class RecordFrame
{
    /// <summary>Measures the MessagePack value that <paramref name="input"/> starts with, which must be a map.</summary>
    /// <param name="input">What has been read so far.</param>
    /// <param name="length">Its length in bytes, if the result is true.</param>
    /// <returns>False if the value goes on behind the end of <paramref name="input"/>.</returns>
    /// <exception cref="BackshiftException">It is no map, longer or deeper than allowed, or not MessagePack.</exception>
    internal static bool TryMeasure(ReadOnlySequence<byte> input, out long length)
    {
        SequenceReader<byte> reader = new(input);
        Span<long> open = stackalloc long[StreamLimits.Depth];
        Span<byte> field = stackalloc byte[4];
        int depth = 0;
        length = 0;
        if (!reader.TryPeek(out byte first))
        {
            return false;
        }

        if (first is not ((>= 0x80 and <= 0x8f) or 0xde or 0xdf))
        {
            throw Damaged("a record is not a map");
        }

        long remaining = 1;
        while (true)
        {
            while (remaining == 0)
            {
                if (depth == 0)
                {
                    length = reader.Consumed;
                    return true;
                }

                remaining = open[--depth];
            }

            remaining--;
            if (!reader.TryRead(out byte code))
            {
                return false;
            }

            long skip = 0;
            long inner = -1;
            switch (code)
            {
                case <= 0x7f or >= 0xe0 or 0xc0 or 0xc2 or 0xc3: break;
                case <= 0x8f: inner = (code & 15) * 2; break;
                case <= 0x9f: inner = code & 15; break;
                case <= 0xbf: skip = code & 31; break;
                case 0xc4 or 0xd9:
                case 0xc7:
                    if (!Take(ref reader, field, 1, out skip))
                    {
                        return false;
                    }

                    skip += code == 0xc7 ? 1 : 0;
                    break;
                case 0xc5 or 0xda or 0xc8:
                    if (!Take(ref reader, field, 2, out skip))
                    {
                        return false;
                    }

                    skip += code == 0xc8 ? 1 : 0;
                    break;
                case 0xc6 or 0xdb or 0xc9:
                    if (!Take(ref reader, field, 4, out skip))
                    {
                        return false;
                    }

                    skip += code == 0xc9 ? 1 : 0;
                    break;
                case 0xcc or 0xd0: skip = 1; break;
                case 0xcd or 0xd1: skip = 2; break;
                case 0xca or 0xce or 0xd2: skip = 4; break;
                case 0xcb or 0xcf or 0xd3: skip = 8; break;
                case 0xd4: skip = 2; break;
                case 0xd5: skip = 3; break;
                case 0xd6: skip = 5; break;
                case 0xd7: skip = 9; break;
                case 0xd8: skip = 17; break;
                case 0xdc or 0xdd or 0xde or 0xdf:
                    if (!Take(ref reader, field, (code & 1) == 0 ? 2 : 4, out inner))
                    {
                        return false;
                    }

                    inner *= code >= 0xde ? 2 : 1;
                    break;
                default: throw Damaged($"a record holds the byte 0x{code:x2}, which MessagePack does not use");
            }

            if (inner > 0)
            {
                // Each value is at least a byte long, so a count is bounded by the length of the record too.
                if (reader.Consumed + inner > StreamLimits.Record)
                {
                    throw Damaged($"a record is longer than {StreamLimits.Record} bytes");
                }

                if (depth + 1 >= StreamLimits.Depth)
                {
                    throw Damaged($"a record nests deeper than {StreamLimits.Depth}");
                }

                open[depth++] = remaining;
                remaining = inner;
            }
            else if (skip > 0)
            {
                if (reader.Consumed + skip > StreamLimits.Record)
                {
                    throw Damaged($"a record is longer than {StreamLimits.Record} bytes");
                }

                if (reader.Remaining < skip)
                {
                    return false;
                }

                reader.Advance(skip);
            }
        }
    }

    private static bool Take(ref SequenceReader<byte> reader, scoped Span<byte> field, int size, out long value)
    {
        value = 0;
        if (!reader.TryCopyTo(field[..size]))
        {
            return false;
        }

        reader.Advance(size);
        value = size switch
        {
            1 => field[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(field),
            _ => BinaryPrimitives.ReadUInt32BigEndian(field),
        };
        return true;
    }

    internal static BackshiftException Damaged(string what, Exception? cause = null) => new(ExitCode.DataError, $"damaged stream: {what}", cause: cause);
}
