using System.CommandLine;
using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.List;

/// <summary>The operands and options of bs-ls.</summary>
internal sealed class ListArguments
{
    private readonly Argument<string?> saveset = new("saveset")
    {
        Description = "saveset whose entries to list: host@time, @latest or @latest~2; - for a stream on standard input (default: list the savesets)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Argument<BytePath[]> paths = PathArgument.Operands("path", "files and directories to list (default: everything)");
    private readonly Option<bool> longLines = new("--long", "-l") { Description = "show type, mode, links, owner, group, size and time too" };
    private readonly Option<bool> numeric = new("--numeric", "-n") { Description = "show owner and group as numbers; implies -l" };
    private readonly Option<bool> fullTime = new("--full-time") { Description = "show times to the nanosecond; implies -l" };
    private readonly Option<bool> human = new("--human-readable", "-h")
    {
        Description = "write columns for people, as on a terminal: a header, short sizes and local times",
    };

    private readonly Option<bool> exact = new("--exact") { Description = "write exact columns, as into a pipe: sizes in bytes and times in UTC" };
    private readonly Option<bool> utc = new("--utc") { Description = "show times in UTC instead of local time" };
    private readonly Option<bool> nul = new("--null", "-0") { Description = "end lines with NUL; implies --exact" };
    private readonly Option<bool> json = new("--json") { Description = "write one JSON object per line" };
    private readonly Option<bool> attributes = new("--attributes") { Description = "list only extended attributes, as getfattr(1) writes them" };
    private readonly Option<bool> directory = new("--directory", "-d") { Description = "list only the named paths, not what is below them" };
    private readonly Option<int> depth = CountArgument.Option("--depth", null, "number of levels to list below each path (default: all)", int.MaxValue);
    private readonly Option<bool> problems = new("--problems") { Description = "list what was skipped or not stored as it was" };
    private readonly Option<bool> expired = new("--expired") { Description = "list the savesets that bs-expire --undo can bring back" };
    private readonly FilterArguments filter;

    private ListArguments(RootCommand root)
    {
        root.Arguments.Add(saveset);
        root.Arguments.Add(paths);
        Option[] all =
        [
            longLines, numeric, fullTime, human, exact, utc, nul, json, attributes, directory, depth, problems, expired,
        ];
        foreach (Option option in all)
        {
            root.Options.Add(option);
        }

        filter = FilterArguments.AddTo(root, "list");
    }

    internal static ListArguments AddTo(RootCommand root) => new(root);

    /// <summary>The saveset, "-" for a stream, or null for the list of savesets.</summary>
    internal string? Saveset(ParseResult options) => options.GetValue(saveset);

    /// <summary>Which entries are listed.</summary>
    internal PathSelection Selection(ParseResult options) => new(options.GetValue(paths) ?? [], options.GetValue(directory) ? 0 : options.GetValue(depth));

    /// <summary>Which savesets are listed.</summary>
    internal SavesetFilter Filter(ParseResult options)
    {
        FilterArguments.Given given = filter.Get(options);
        return new SavesetFilter
        {
            Host = given.Host, Subset = given.Subset, Tag = given.Tag, Since = given.Since, Until = given.Until, Complete = given.Complete,
        };
    }

    /// <summary>Whether expired savesets are listed, and not the others.</summary>
    internal bool Expired(ParseResult options) => options.GetValue(expired);

    /// <param name="options">The command line.</param>
    /// <param name="terminal">Whether standard output is a terminal.</param>
    /// <exception cref="BackshiftException">Two options cannot be combined, or one does not apply.</exception>
    internal ListOptions Read(ParseResult options, bool terminal)
    {
        bool plain = options.GetValue(exact) || options.GetValue(nul);
        if (options.GetValue(human) && plain)
        {
            throw new BackshiftException(ExitCode.Usage, "-h cannot be combined with --exact or -0");
        }

        bool people = options.GetValue(human) || (terminal && !plain);
        ListOptions list = new()
        {
            Long = options.GetValue(longLines) || options.GetValue(numeric) || options.GetValue(fullTime),
            Numeric = options.GetValue(numeric),
            FullTime = options.GetValue(fullTime),
            Null = options.GetValue(nul),
            Json = options.GetValue(json),
            Attributes = options.GetValue(attributes),
            Problems = options.GetValue(problems),
            Zone = people ? options.GetValue(utc) ? TimeZoneInfo.Utc : TimeZoneInfo.Local : null,
            Escape = terminal,
        };
        Check(options, list);
        return list;
    }

    private void Check(ParseResult options, ListOptions list)
    {
        if (Saveset(options) is not null && (!filter.Get(options).IsEmpty || Expired(options)))
        {
            throw new BackshiftException(
                ExitCode.Usage, "--host, --subset, --tag, --since, --until, --complete and --expired apply only to the list of savesets");
        }

        if (list.Attributes && (list.Long || list.Json || list.Null))
        {
            throw new BackshiftException(ExitCode.Usage, "--attributes cannot be combined with -l, --json or -0");
        }

        bool ofEntries = list.Long || list.Attributes || list.Problems || options.GetValue(directory) || options.GetValue(depth) != int.MaxValue;
        if (Saveset(options) is null && ofEntries)
        {
            throw new BackshiftException(
                ExitCode.Usage, "-l, -n, -d, --attributes, --full-time, --depth and --problems apply only to the entries of a saveset");
        }

        if (list.Problems && (options.GetValue(paths)?.Length > 0 || list.Long || list.Attributes))
        {
            throw new BackshiftException(ExitCode.Usage, "--problems cannot be combined with paths, -l or --attributes");
        }
    }
}
