using System.CommandLine;
using Backshift.Posix;
using Backshift.Paths.Patterns;

namespace Backshift.Tooling;

/// <summary>The options --exclude, --include and --exclude-from. The first pattern that matches decides, so their order counts.</summary>
public sealed class PatternArguments
{
    private readonly Option<BytePath[]> exclude = Exclude();
    private readonly Option<BytePath[]> include = PathArgument.Options("--include", "keep entries that match the pattern, whatever later patterns say");
    private readonly Option<BytePath[]> excludeFrom = PathArgument.Options("--exclude-from", "read patterns from a file, one per line");

    private PatternArguments()
    {
        include.HelpName = "pattern";
        excludeFrom.HelpName = "file";
    }

    /// <summary>--exclude alone, for programs without the others.</summary>
    public static Option<BytePath[]> Exclude()
    {
        Option<BytePath[]> option = PathArgument.Options("--exclude", "leave out entries that match the pattern");
        option.HelpName = "pattern";
        return option;
    }

    public static PatternArguments AddTo(RootCommand root)
    {
        PatternArguments patterns = new();
        root.Options.Add(patterns.exclude);
        root.Options.Add(patterns.include);
        root.Options.Add(patterns.excludeFrom);
        return patterns;
    }

    /// <summary>The patterns, those from files included.</summary>
    /// <exception cref="Backshift.Records.BackshiftException">A pattern is malformed.</exception>
    /// <exception cref="UnixException">A file of patterns cannot be read.</exception>
    public PatternList Read(ParseResult options)
    {
        PatternList patterns = new();
        foreach ((Option option, string? value) in Given(options))
        {
            byte[] bytes = ArgumentText.ToBytes(value ?? "");
            if (option == excludeFrom)
            {
                patterns.AddFile(new BytePath(bytes));
            }
            else
            {
                patterns.Add(bytes, exclude: option != include);
            }
        }

        return patterns;
    }

    /// <summary>The words that hand the patterns on to another program: those of the command line, then those of the profile.</summary>
    /// <param name="line">The command line alone.</param>
    /// <param name="all">The profile followed by the command line.</param>
    public IEnumerable<string> Words(ParseResult line, ParseResult all)
    {
        List<GivenOption> first = Given(line);
        List<GivenOption> both = Given(all);
        foreach ((Option option, string? pattern) in (List<GivenOption>)[.. first, .. both[..(both.Count - first.Count)]])
        {
            yield return option.Name;
            yield return pattern ?? "";
        }
    }

    private List<GivenOption> Given(ParseResult options) => OptionOrder.Of(options, exclude, include, excludeFrom);
}
