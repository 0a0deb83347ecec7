using System.CommandLine;
using Backshift.Paths;
using Backshift.Paths.Patterns;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.Find;

/// <summary>The operands and options of bs-find.</summary>
internal sealed class FindArguments
{
    private readonly Argument<BytePath[]> patterns =
        PathArgument.Operands("pattern", "names or paths to find, such as '*.odt' (default: everything below --path)");
    private readonly Option<BytePath[]> paths =
        PathArgument.Options("--path", "file or directory to search; may be given several times (default: everything)");

    private readonly FilterArguments filter;
    private readonly Option<bool> json = new("--json") { Description = "write one JSON object per line" };
    private readonly Option<bool> nul = new("--null", "-0") { Description = "end lines with NUL, and write exact columns on a terminal too" };

    private FindArguments(RootCommand root)
    {
        root.Arguments.Add(patterns);
        root.Options.Add(paths);
        filter = FilterArguments.AddTo(root, "search");
        root.Options.Add(json);
        root.Options.Add(nul);
    }

    internal static FindArguments AddTo(RootCommand root) => new(root);

    /// <param name="options">The command line.</param>
    /// <param name="terminal">Whether standard output is a terminal.</param>
    /// <exception cref="BackshiftException">Nothing is named, or a pattern is malformed.</exception>
    internal FindOptions Read(ParseResult options, bool terminal)
    {
        BytePath[] texts = options.GetValue(patterns) ?? [], named = options.GetValue(paths) ?? [];
        if (texts.Length == 0 && named.Length == 0)
        {
            throw new BackshiftException(ExitCode.Usage, "neither a pattern nor --path says what to find", "give one, such as '*.odt' or --path etc/passwd");
        }

        PatternList list = new();
        foreach (BytePath text in texts)
        {
            list.Add(text.Span, exclude: false);
        }

        FilterArguments.Given given = filter.Get(options);
        return new FindOptions
        {
            Filter = new SavesetFilter
            {
                Host = given.Host, Subset = given.Subset, Tag = given.Tag, Since = given.Since, Until = given.Until, Complete = given.Complete,
            },
            Patterns = list,
            Selection = new PathSelection(named),
            Json = options.GetValue(json),
            Null = options.GetValue(nul),
            Terminal = terminal,
        };
    }
}
