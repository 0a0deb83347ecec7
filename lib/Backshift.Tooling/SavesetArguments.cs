using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>The options --host, --subset, --time, --tag and --guard of the programs that record a saveset.</summary>
public sealed class SavesetArguments
{
    private readonly OriginArguments origin;
    private readonly Option<UnixTime?> time = TimeArgument.Option("--time", "time of the saveset, in ISO 8601 (UTC) or as @seconds (default: the stream's)");

    private readonly Option<bool> guard = new("--guard") { Description = "record no saveset if a root is missing or much smaller than in the last one" };

    private readonly Option<string[]> tag = TagArgument.Option();

    private SavesetArguments(OriginArguments origin) => this.origin = origin;

    /// <summary>What the command line says.</summary>
    public sealed record Given(string? Host, string? Subset, UnixTime? Time, IReadOnlyList<string> Tags, bool Guard);

    public static SavesetArguments AddTo(RootCommand root)
    {
        SavesetArguments arguments = new(OriginArguments.AddTo(
            root, "host name to record (default: the stream's)", "name of the part of the host to record (default: the stream's)"));
        root.Options.Add(arguments.time);
        root.Options.Add(arguments.tag);
        root.Options.Add(arguments.guard);
        return arguments;
    }

    /// <exception cref="BackshiftException">A name is not one.</exception>
    public Given Get(ParseResult options) =>
        new(origin.GivenHost(options), origin.Subset(options), options.GetValue(time), TagArgument.Get(options, tag), options.GetValue(guard));
}
