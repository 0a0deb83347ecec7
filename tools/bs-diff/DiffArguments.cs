using System.CommandLine;
using Backshift.Records;

namespace Backshift.Tools.Diff;

/// <summary>The options that say what is compared and how differences are written.</summary>
internal sealed class DiffArguments
{
    private readonly Option<string[]> ignore = new("--ignore")
    {
        Description = "aspects not to compare: content, mode, owner, mtime, xattrs, flags or links",
        HelpName = "aspect",
    };

    private readonly Option<bool> nul = new("--null", "-0") { Description = "end lines with NUL" };
    private readonly Option<bool> json = new("--json") { Description = "write one JSON object per line" };
    private readonly Option<bool> quiet = new("--quiet", "-q") { Description = "write nothing and stop at the first difference" };
    private readonly Option<bool> summary = new("--summary") { Description = "write a last line with the numbers of differences, as on a terminal" };

    private DiffArguments(RootCommand root)
    {
        root.Options.Add(ignore);
        root.Options.Add(nul);
        root.Options.Add(json);
        root.Options.Add(quiet);
        root.Options.Add(summary);
    }

    internal static DiffArguments AddTo(RootCommand root) => new(root);

    /// <param name="options">The command line.</param>
    /// <param name="terminal">Whether standard output is a terminal.</param>
    /// <exception cref="BackshiftException">Called wrongly.</exception>
    internal DiffOptions Read(ParseResult options, bool terminal)
    {
        bool forPrograms = options.GetValue(json) || options.GetValue(nul) || options.GetValue(quiet);
        if (forPrograms && options.GetValue(summary))
        {
            throw new BackshiftException(ExitCode.Usage, "--summary cannot be combined with --json, -0 or -q");
        }

        return new DiffOptions
        {
            Ignored = AspectNames.Parse(options.GetValue(ignore) ?? []),
            Json = options.GetValue(json),
            Null = options.GetValue(nul),
            Quiet = options.GetValue(quiet),
            Summary = options.GetValue(summary) || (terminal && !forPrograms),
            Escape = terminal,
        };
    }
}
