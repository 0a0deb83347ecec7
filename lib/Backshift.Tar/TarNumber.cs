namespace Backshift.Tar;

/// <summary>The two ways to write a number into a header block.</summary>
public static class TarNumber
{
    /// <summary>Octal digits between blanks and NULs, or, from a first byte of 0x80 or 0xff on, two's complement with the highest byte first (GNU, star).</summary>
    /// <returns>False for anything else, a field of blanks among them, and for what 63 bits and a sign do not hold.</returns>
    public static bool TryRead(ReadOnlySpan<byte> field, out long number)
    {
        number = 0;
        return field[0] is 0x80 or 0xff ? TryReadBinary(field, out number) : TryReadOctal(field, out number);
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
