using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Backshift.Tooling;

/// <summary>Shares on the command line, in percent: "5%", "0.5%" or "5".</summary>
public static class PercentArgument
{
    /// <param name="name">The long name, "--max-unused".</param>
    /// <param name="description">The description in --help.</param>
    /// <param name="defaultValue">The value where the option is not given; null for none.</param>
    /// <param name="isWhole">Whether fractions of a percent are refused.</param>
    /// <param name="takesNone">Whether 0% is taken.</param>
    public static Option<double?> Option(string name, string description, double? defaultValue, bool isWhole = false, bool takesNone = true) =>
        new(name)
        {
            Description = description,
            HelpName = "percent",
            DefaultValueFactory = _ => defaultValue,
            CustomParser = result => Read(result, name, isWhole, takesNone),
        };

    private static double? Read(ArgumentResult result, string name, bool isWhole, bool takesNone)
    {
        string text = result.Tokens[^1].Value;
        string number = text.EndsWith('%') ? text[..^1] : text;
        NumberStyles style = isWhole ? NumberStyles.None : NumberStyles.AllowDecimalPoint;
        // Whatever the style, TryParse takes the words NaN and Infinity.
        if (!double.TryParse(number, style, CultureInfo.InvariantCulture, out double percent)
            || percent is not (>= 0 and <= 100) || (percent == 0 && !takesNone))
        {
            string range = takesNone ? "from 0% to 100%" : "above 0% and up to 100%";
            result.AddError($"{name}: not a share {(isWhole ? "in whole percent " : "")}{range}: {ArgumentText.Display(text)}");
        }

        return percent;
    }
}
