using System.Buffers.Binary;
using Backshift.Posix;

namespace Backshift.Records;

/// <summary>Reads MessagePack values from contiguous memory. Returns false at its end, and for every form that our own writers do not use.</summary>
public ref struct SpanValues
{
    private readonly ReadOnlySpan<byte> bytes;
    private int position;

    public SpanValues(ReadOnlySpan<byte> bytes) => this.bytes = bytes;

    public readonly int Position => position;

    public bool TryReadMap(out int count)
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

    /// <summary>Reads the head of an array of at most 65,535 values.</summary>
    public bool TryReadArray(out int count)
    {
        count = 0;
        if (position >= bytes.Length)
        {
            return false;
        }

        byte code = bytes[position++];
        count = code & 15;
        if (code is >= 0x90 and <= 0x9f)
        {
            return true;
        }

        if (code != 0xdc || !TryTake(2, out ReadOnlySpan<byte> size))
        {
            return false;
        }

        count = BinaryPrimitives.ReadUInt16BigEndian(size);
        return true;
    }

    /// <summary>Reads a str of at most 31 bytes.</summary>
    public bool TryReadShortText(out ReadOnlySpan<byte> text)
    {
        text = default;
        if (position >= bytes.Length || bytes[position] is not (>= 0xa0 and <= 0xbf))
        {
            return false;
        }

        return TryTake(bytes[position++] & 31, out text);
    }

    public bool TryReadBytes(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (position >= bytes.Length || bytes[position] is not (0xc4 or 0xc5))
        {
            return false;
        }

        int size = bytes[position++] == 0xc4 ? 1 : 2;
        return TryTake(size, out ReadOnlySpan<byte> length) && TryTake(size == 1 ? length[0] : BinaryPrimitives.ReadUInt16BigEndian(length), out value);
    }

    /// <summary>Skips these bytes, if they come next.</summary>
    internal bool TryTakeAll(ReadOnlySpan<byte> wanted)
    {
        if (!bytes[position..].StartsWith(wanted))
        {
            return false;
        }

        position += wanted.Length;
        return true;
    }

    /// <summary>Skips a bin of any length.</summary>
    /// <param name="start">Where its content begins.</param>
    /// <param name="length">The length of that.</param>
    internal bool TryReadLongBytes(out int start, out int length)
    {
        (start, length) = (0, 0);
        if (position >= bytes.Length || bytes[position] is not (>= 0xc4 and <= 0xc6) || !TryReadLength(1 << (bytes[position++] - 0xc4), out uint said))
        {
            return false;
        }

        start = position;
        length = (int)Math.Min(said, int.MaxValue);
        return TryTakeLong(said);
    }

    public bool TryReadNumber(out ulong number)
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

    public bool TryReadTime(out UnixTime time)
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

        return RecordTime.TryRead(body[1..], out time);
    }

    /// <summary>Skips a value with everything in it; false if it has more maps and arrays than may be nested.</summary>
    public bool TrySkip()
    {
        // How many values are still to come; each is at least a byte long, so the count cannot outrun the bytes.
        int containers = 0;
        for (long open = 1; open > 0; open--)
        {
            if (position >= bytes.Length)
            {
                return false;
            }

            ValueForm form = ValueForm.Of(bytes[position++]);
            if (form.IsPlain)
            {
                if (!TryTake(form.Length, out _))
                {
                    return false;
                }

                continue;
            }

            if (!form.IsUsed || !TryReadLength(form.NumberSize, out uint number))
            {
                return false;
            }

            if (form.IsContainer)
            {
                open += form.Inner(number);
                if (++containers > StreamLimits.Depth)
                {
                    return false;
                }
            }
            else if (!TryTakeLong(form.Body(number)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads a length or count of 0, 1, 2 or 4 bytes.</summary>
    private bool TryReadLength(int size, out uint length)
    {
        length = 0;
        if (!TryTake(size, out ReadOnlySpan<byte> field))
        {
            return false;
        }

        foreach (byte b in field)
        {
            length = (length << 8) | b;
        }

        return true;
    }

    private bool TryTakeLong(long length) => length <= bytes.Length - position && TryTake((int)length, out _);

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
