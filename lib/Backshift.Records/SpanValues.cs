using System.Buffers.Binary;
using Backshift.Posix;

namespace Backshift.Records;

/// <summary>Reads MessagePack values that lie in one piece of memory. False stands for the end of it as for every form that our own writers do not use.</summary>
internal ref struct SpanValues
{
    private readonly ReadOnlySpan<byte> bytes;
    private int position;

    internal SpanValues(ReadOnlySpan<byte> bytes) => this.bytes = bytes;

    internal readonly int Position => position;

    internal bool TryReadMap(out int count)
    {
        count = 0;
        if (position >= bytes.Length)
        {
            return false;
        }

        byte code = bytes[position++];
        count = code & 15;
        if (code is >= 0x80 and <= 0x8f)
        {
            return true;
        }

        if (code != 0xde || bytes.Length - position < 2)
        {
            return false;
        }

        count = BinaryPrimitives.ReadUInt16BigEndian(bytes[position..]);
        position += 2;
        return count <= StreamLimits.Keys;
    }

    /// <summary>Reads a str of at most 31 bytes.</summary>
    internal bool TryReadShortText(out ReadOnlySpan<byte> text)
    {
        text = default;
        if (position >= bytes.Length || bytes[position] is not (>= 0xa0 and <= 0xbf))
        {
            return false;
        }

        return TryTake(bytes[position++] & 31, out text);
    }

    internal bool TryReadBytes(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (position >= bytes.Length || bytes[position] is not (0xc4 or 0xc5))
        {
            return false;
        }

        int size = bytes[position++] == 0xc4 ? 1 : 2;
        return TryTake(size, out ReadOnlySpan<byte> length) && TryTake(size == 1 ? length[0] : BinaryPrimitives.ReadUInt16BigEndian(length), out value);
    }

    /// <summary>Passes over these bytes, if they come next.</summary>
    internal bool TryTakeAll(ReadOnlySpan<byte> wanted)
    {
        if (!bytes[position..].StartsWith(wanted))
        {
            return false;
        }

        position += wanted.Length;
        return true;
    }

    /// <summary>Passes over a bin of any length.</summary>
    /// <param name="start">Where its content begins.</param>
    /// <param name="length">The length of that.</param>
    internal bool TryReadLongBytes(out int start, out int length)
    {
        (start, length) = (0, 0);
        if (position >= bytes.Length || bytes[position] is not (>= 0xc4 and <= 0xc6) || !TryTakeLong(1 << (bytes[position++] - 0xc4), out length))
        {
            return false;
        }

        start = position - length;
        return true;
    }

    internal bool TryReadNumber(out ulong number)
    {
        number = 0;
        if (position >= bytes.Length)
        {
            return false;
        }

        byte code = bytes[position++];
        if (code <= 0x7f)
        {
            number = code;
            return true;
        }

        if (code is < 0xcc or > 0xcf || !TryTake(1 << (code - 0xcc), out ReadOnlySpan<byte> value))
        {
            return false;
        }

        foreach (byte b in value)
        {
            number = (number << 8) | b;
        }

        return true;
    }

    internal bool TryReadTime(out UnixTime time)
    {
        time = default;
        if (position >= bytes.Length)
        {
            return false;
        }

        int length = bytes[position++] switch { 0xd6 => 4, 0xd7 => 8, _ => 0 };
        if (length == 0 || !TryTake(length + 1, out ReadOnlySpan<byte> body) || body[0] != 0xff)
        {
            return false;
        }

        if (length == 4)
        {
            time = new UnixTime(BinaryPrimitives.ReadUInt32BigEndian(body[1..]), 0);
            return true;
        }

        ulong both = BinaryPrimitives.ReadUInt64BigEndian(body[1..]);
        time = new UnixTime((long)(both & ((1UL << 34) - 1)), (uint)(both >> 34));
        return time.Nanoseconds < 1_000_000_000;
    }

    /// <summary>Passes over a value with all that is in it, which must not be more maps and arrays than might lie in one another.</summary>
    internal bool TrySkip()
    {
        // How many values are still to come; each is at least a byte long, so the count cannot outrun the bytes.
        int containers = 0;
        for (long open = 1; open > 0; open--)
        {
            if (position >= bytes.Length)
            {
                return false;
            }

            byte code = bytes[position++];
            containers += code is (>= 0x80 and <= 0x9f) or 0xdc or 0xde ? 1 : 0;
            if (containers > StreamLimits.Depth)
            {
                return false;
            }

            switch (code)
            {
                case <= 0x7f or >= 0xe0 or 0xc0 or 0xc2 or 0xc3: break;
                case <= 0x8f: open += (code & 15) * 2; break;
                case <= 0x9f: open += code & 15; break;
                case <= 0xbf when TryTake(code & 31, out _): break;
                case 0xcc or 0xd0 when TryTake(1, out _): break;
                case 0xcd or 0xd1 when TryTake(2, out _): break;
                case 0xca or 0xce or 0xd2 when TryTake(4, out _): break;
                case 0xcb or 0xcf or 0xd3 when TryTake(8, out _): break;
                case >= 0xd4 and <= 0xd8 when TryTake(1 + (1 << (code - 0xd4)), out _): break;
                case 0xc7 when TryTake(1, out ReadOnlySpan<byte> length) && TryTake(length[0] + 1, out _): break;
                case 0xc4 or 0xd9 when TryTakeLong(1, out _): break;
                case 0xc5 or 0xda when TryTakeLong(2, out _): break;
                case 0xc6 or 0xdb when TryTakeLong(4, out _): break;
                case 0xdc when TryTake(2, out ReadOnlySpan<byte> items): open += BinaryPrimitives.ReadUInt16BigEndian(items); break;
                case 0xde when TryTake(2, out ReadOnlySpan<byte> pairs): open += BinaryPrimitives.ReadUInt16BigEndian(pairs) * 2; break;
                default: return false;
            }
        }

        return true;
    }

    private bool TryTakeLong(int size, out int taken)
    {
        taken = 0;
        if (!TryTake(size, out ReadOnlySpan<byte> field))
        {
            return false;
        }

        long length = 0;
        foreach (byte b in field)
        {
            length = (length << 8) | b;
        }

        if (length > bytes.Length - position)
        {
            return false;
        }

        taken = (int)length;
        return TryTake(taken, out _);
    }

    private bool TryTake(int length, out ReadOnlySpan<byte> value)
    {
        if (length > bytes.Length - position)
        {
            value = default;
            return false;
        }

        value = bytes.Slice(position, length);
        position += length;
        return true;
    }
}
