using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>Whose saveset it is and when it began: --host, --subset and --time, spelt the same by every program that records one.</summary>
public sealed class SavesetArguments
{
    private readonly OriginArguments origin;
    private readonly Option<UnixTime?> time = TimeArgument.Option("--time", "when the saving began, in ISO 8601, UTC, or @ and seconds; else what the stream says");

    private SavesetArguments(OriginArguments origin) => this.origin = origin;

    /// <summary>What the command line says.</summary>
    public sealed record Given(string? Host, string? Subset, UnixTime? Time);

    public static SavesetArguments AddTo(RootCommand root)
    {
        SavesetArguments arguments = new(OriginArguments.AddTo(root, "whose files they are; else what the stream says", "which part of the host's files they are; else what the stream says"));
        root.Options.Add(arguments.time);
        return arguments;
    }

    /// <exception cref="BackshiftException">A name is not one.</exception>
    public Given Get(ParseResult options) => new(origin.GivenHost(options), origin.Subset(options), options.GetValue(time));
}
