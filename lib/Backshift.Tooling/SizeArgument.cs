using System.CommandLine;
using System.CommandLine.Parsing;
using Backshift.Posix;

namespace Backshift.Tooling;

/// <summary>Sizes on the command line; see <see cref="SizeWord"/>.</summary>
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

    private static long Read(ArgumentResult result, string name, long least, long most)
    {
        string text = result.Tokens[^1].Value;
        if (!SizeWord.TryParse(text, out long size))
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
