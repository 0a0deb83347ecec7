using System.CommandLine;
using System.Globalization;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>Whose saveset it is and when it began: --host, --subset and --time, spelt the same by every program that records one.</summary>
public sealed class SavesetArguments
{
    private readonly Option<string?> host = new("--host") { Description = "whose files they are; else what the stream says", HelpName = "NAME" };
    private readonly Option<string?> subset = new("--subset") { Description = "which part of the host's files they are; else what the stream says", HelpName = "NAME" };
    private readonly Option<string?> time = new("--time") { Description = "when the saving began, in ISO 8601, UTC; else what the stream says", HelpName = "TIME" };

    private SavesetArguments()
    {
    }

    /// <summary>What the command line says.</summary>
    public sealed record Given(string? Host, string? Subset, UnixTime? Time);

    public static SavesetArguments AddTo(RootCommand root)
    {
        SavesetArguments arguments = new();
        root.Options.Add(arguments.host);
        root.Options.Add(arguments.subset);
        root.Options.Add(arguments.time);
        return arguments;
    }

    /// <exception cref="BackshiftException">The time is not one.</exception>
    public Given Get(ParseResult options) => new(options.GetValue(host), options.GetValue(subset), options.GetValue(time) is { } text ? ParseTime(text) : null);

    private static UnixTime ParseTime(string text)
    {
        string[] formats = ["yyyyMMdd'T'HHmmss'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyyMMdd'T'HHmmss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];
        return DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? UnixTime.From(time)
            : throw new BackshiftException(ExitCode.Usage, $"time {text}: is not like 20261123T090405Z or 2026-11-23T09:04:05Z");
    }
}
