using System.Buffers.Binary;

namespace Backshift.Tar;

/// <summary>The two ways in which a number stands in a header block.</summary>
public static class TarNumber
{
    /// <summary>Octal digits between blanks and NULs, or, from a first byte of 0x80 or 0xff on, two's complement with the highest byte first (GNU,
    /// star).</summary>
    /// <returns>False for anything else, a field of blanks among them, and for what 63 bits and a sign do not hold.</returns>
    public static bool TryRead(ReadOnlySpan<byte> field, out long number)
    {
        number = 0;
        return field[0] is 0x80 or 0xff ? TryReadBinary(field, out number) : TryReadOctal(field, out number);
    }

    /// <summary>The largest number that fits a field of this length in octal.</summary>
    public static long OctalLimit(int length) => (1L << (3 * (length - 1))) - 1;

    /// <summary>Writes a number from 0 to <see cref="OctalLimit"/> in octal. The last byte of the field is left, which is a NUL in an empty block.</summary>
    public static void WriteOctal(Span<byte> field, long number)
    {
        for (int i = field.Length - 2; i >= 0; i--)
        {
            field[i] = (byte)('0' + (number & 7));
            number >>= 3;
        }
    }

    /// <summary>Writes any number as GNU tar does: big-endian two's complement, the first bit set to tell it from octal.</summary>
    public static void WriteBinary(Span<byte> field, long number)
    {
        field.Fill((byte)(number < 0 ? 0xFF : 0));
        if (field.Length >= sizeof(long))
        {
            BinaryPrimitives.WriteInt64BigEndian(field[^sizeof(long)..], number);
        }

        field[0] |= 0x80;
    }

    private static bool TryReadBinary(ReadOnlySpan<byte> field, out long number)
    {
        bool negative = field[0] == 0xff;
        number = negative ? -1 : 0;
        foreach (byte b in field[1..])
        {
            if (number >> 55 is not (0 or -1))
            {
                return false;
            }

            number = (number << 8) | b;
        }

        return negative == number < 0;
    }

    private static bool TryReadOctal(ReadOnlySpan<byte> field, out long number)
    {
        number = 0;

        // Some writers let the NUL of the field before run over into this one. A field of NULs alone is 0, as tar reads it.
        ReadOnlySpan<byte> rest = field[(field[0] == 0 ? 1 : 0)..];
        int first = rest.IndexOfAnyExcept(" \t\n\v\f\r"u8);
        if (first < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> digits = rest[first..];
        int end = digits.IndexOfAny("\0 \t\n\v\f\r"u8);
        digits = end < 0 ? digits : digits[..end];
        if ((digits.IsEmpty && rest[first] != 0) || digits.ContainsAnyExceptInRange((byte)'0', (byte)'7'))
        {
            return false;
        }

        foreach (byte digit in digits)
        {
            number = (number << 3) | (uint)(digit - '0');
        }

        // The longest field has twelve digits, 36 bits.
        return true;
    }
}
