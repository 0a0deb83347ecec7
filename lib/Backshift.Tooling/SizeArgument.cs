using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Backshift.Tooling;

/// <summary>Sizes on the command line: 65536, 64K or 64KiB (powers of 1024: K M G T P), 64kB or 64KB (powers of 1000), as dd(1) takes them.</summary>
public static class SizeArgument
{
    /// <param name="name">The long name, "--average".</param>
    /// <param name="description">The description in --help.</param>
    /// <param name="defaultValue">The value where the option is not given.</param>
    /// <param name="least">The smallest value that is taken.</param>
    /// <param name="most">The largest.</param>
    public static Option<long> Option(string name, string description, long defaultValue, long least = 0, long most = long.MaxValue) => new(name)
    {
        Description = description,
        HelpName = "size",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result => Read(result, name, least, most),
    };

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

    private static long Read(ArgumentResult result, string name, long least, long most)
    {
        string text = result.Tokens[^1].Value;
        if (!TryParse(text, out long size))
        {
            result.AddError($"{name}: not a size: {ArgumentText.Display(text)}");
        }
        else if (size < least || size > most)
        {
            result.AddError($"{name}: {ArgumentText.Display(text)} is not between {least} and {most}");
        }

        return size;
    }
}
