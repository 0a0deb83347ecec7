using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Backshift.Tooling;

/// <summary>Shares on the command line, in whole percent: "5%" or "5".</summary>
public static class ShareArgument
{
    /// <param name="name">The long name, "--parity".</param>
    /// <param name="description">The description in --help.</param>
    /// <param name="defaultValue">The value where the option is not given.</param>
    public static Option<int> Option(string name, string description, int defaultValue) =>
        new(name)
        {
            Description = description,
            HelpName = "percent",
            DefaultValueFactory = _ => defaultValue,
            CustomParser = result => Read(result, name),
        };

    private static int Read(ArgumentResult result, string name)
    {
        string text = result.Tokens[^1].Value;
        string number = text.EndsWith('%') ? text[..^1] : text;
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int share))
        {
            result.AddError($"{name}: not a share in whole percent: {ArgumentText.Display(text)}");
        }
        else if (share is < 1 or > 100)
        {
            result.AddError($"{name}: {share}% is not between 1% and 100%");
        }

        return share;
    }
}
