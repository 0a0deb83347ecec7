using System.Globalization;

namespace Backshift.Posix;

/// <summary>Sizes as users write them: 65536, 64K or 64KiB (powers of 1024: K M G T P), 64kB or 64KB (powers of 1000), as dd(1) takes them.</summary>
public static class SizeWord
{
    /// <summary>Reads a size; false for anything else, and for what is over 2⁶³ − 1.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long size)
    {
        int digits = text.IndexOfAnyExceptInRange('0', '9');
        ReadOnlySpan<char> unit = digits < 0 ? default : text[digits..];
        digits = digits < 0 ? text.Length : digits;
        size = 0;
        if (!long.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out long number) || !TryUnit(unit, out long factor))
        {
            return false;
        }

        Int128 product = (Int128)number * factor;
        size = product <= long.MaxValue ? (long)product : 0;
        return product <= long.MaxValue;
    }

    private static bool TryUnit(ReadOnlySpan<char> unit, out long factor)
    {
        factor = 1;
        if (unit.IsEmpty || unit is "B")
        {
            return true;
        }

        int power = "KMGTP".IndexOf(char.ToUpperInvariant(unit[0])) + 1;
        long step = unit[1..] switch { "" or "iB" => 1024, "B" => 1000, _ => 0 };
        for (int i = 0; i < power; i++)
        {
            factor *= step;
        }

        return power > 0 && step > 0;
    }
}
