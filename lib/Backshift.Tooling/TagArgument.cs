using System.CommandLine;
using System.Text;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>The option --tag of the programs that record a saveset.</summary>
public static class TagArgument
{
    public static Option<string[]> Option() => new("--tag")
    {
        Description = "word to keep with the saveset; may be given several times (default: none)",
        HelpName = "word",
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>The tags that were given.</summary>
    /// <exception cref="BackshiftException">One cannot be a tag, or there are too many.</exception>
    public static IReadOnlyList<string> Get(ParseResult options, Option<string[]> option)
    {
        string[] tags = options.GetValue(option) ?? [];
        foreach (string tag in tags)
        {
            if (!TagRule.Allows(tag))
            {
                throw new BackshiftException(
                    ExitCode.Usage,
                        $"--tag {Posix.Escaping.Display(Encoding.UTF8.GetBytes(tag))}: a tag has 1 to {TagRule.LengthLimit} bytes, no comma and no control "
                        + "character");
            }
        }

        return tags.Length <= TagRule.CountLimit ? tags
            : throw new BackshiftException(ExitCode.Usage, $"--tag: there are {tags.Length} tags, more than {TagRule.CountLimit}");
    }
}
