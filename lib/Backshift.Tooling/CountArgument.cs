using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Backshift.Tooling;

/// <summary>Whole numbers on the command line.</summary>
public static class CountArgument
{
    /// <param name="name">The long name, "--jobs".</param>
    /// <param name="alias">The short name, "-j", or null.</param>
    /// <param name="description">The description in --help.</param>
    /// <param name="defaultValue">The value where the option is not given.</param>
    /// <param name="least">The smallest value that is taken.</param>
    /// <param name="most">The largest.</param>
    public static Option<int> Option(string name, string? alias, string description, int defaultValue, int least = 0, int most = int.MaxValue) =>
        new(name, alias is null ? [] : [alias])
        {
            Description = description,
            HelpName = "n",
            DefaultValueFactory = _ => defaultValue,
            CustomParser = result => Read(result, name, least, most),
        };

    private static int Read(ArgumentResult result, string name, int least, int most)
    {
        string text = result.Tokens[^1].Value;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count))
        {
            result.AddError($"{name}: not a number: {ArgumentText.Display(text)}");
        }
        else if (count < least || count > most)
        {
            result.AddError($"{name}: {count} is not between {least} and {most}");
        }

        return count;
    }
}
