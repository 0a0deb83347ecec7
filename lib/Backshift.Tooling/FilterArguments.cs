using System.CommandLine;

namespace Backshift.Tooling;

/// <summary>The options --host, --subset, --tag, --since, --until and --complete of programs that look at several savesets.</summary>
public sealed class FilterArguments
{
    private readonly Option<string?> host;
    private readonly Option<string?> subset;
    private readonly Option<string?> tag;
    private readonly Option<string?> since;
    private readonly Option<string?> until;
    private readonly Option<bool> complete;

    private FilterArguments(string verb, TimeProvider clock)
    {
        host = new Option<string?>("--host") { Description = $"host whose savesets to {verb} (default: all)", HelpName = "name" };
        subset = new Option<string?>("--subset") { Description = $"subset whose savesets to {verb} (default: all)", HelpName = "name" };
        tag = new Option<string?>("--tag") { Description = $"tag whose savesets to {verb} (default: all)", HelpName = "word" };
        since = MomentArgument.Option("--since", $"time of the first savesets to {verb}, such as 2026-11 or 30d (default: the first of all)", clock);
        until = MomentArgument.Option("--until", $"time of the last savesets to {verb}, such as 2026-11 or 30d (default: the last of all)", clock);
        complete = new Option<bool>("--complete") { Description = $"{verb} only complete savesets" };
    }

    /// <summary>What the command line says; null for all.</summary>
    public sealed record Given(string? Host, string? Subset, string? Tag, string? Since, string? Until, bool Complete)
    {
        /// <summary>Whether nothing was said.</summary>
        public bool IsEmpty => this == new Given(null, null, null, null, null, false);
    }

    /// <param name="root">The command.</param>
    /// <param name="verb">What is done with the savesets, for the descriptions: "list".</param>
    /// <param name="clock">From where ages count.</param>
    public static FilterArguments AddTo(RootCommand root, string verb, TimeProvider? clock = null)
    {
        FilterArguments arguments = new(verb, clock ?? TimeProvider.System);
        foreach (Option option in (Option[])[arguments.host, arguments.subset, arguments.tag, arguments.since, arguments.until, arguments.complete])
        {
            root.Options.Add(option);
        }

        return arguments;
    }

    public Given Get(ParseResult options) => new(
        options.GetValue(host), options.GetValue(subset), options.GetValue(tag), options.GetValue(since), options.GetValue(until),
        options.GetValue(complete));
}
