using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Codecs;
using Backshift.Repository.Collecting;
using Backshift.Tooling;

namespace Backshift.Tools.Collect;

/// <summary>The options of bs-collect.</summary>
internal sealed class CollectArguments
{
    private const double DefaultUnused = 5;

    private readonly Option<bool> dryRun = new("--dry-run", "-n") { Description = "change nothing, and show what would be deleted and copied" };
    private readonly Option<double?> maxUnused = PercentArgument.Option(
        "--max-unused", "share of the repository that may stay unused, in percent (default: 5%)", DefaultUnused);

    private readonly Option<long> maxRewrite = SizeArgument.Option(
        "--max-rewrite", "how much is copied at most; packs of which nothing is needed go in any case (default: no limit)", long.MaxValue);

    private readonly Option<string?> recompress = new("--recompress")
    {
        Description = "compress old data once more, with zstd:1 to zstd:19, brotli or lzma (default: not)",
        HelpName = "codec",
    };

    private readonly Option<CalendarAge?> olderThan =
        AgeArgument.Option("--older-than", "age of the data that --recompress takes, such as 30d (default: any)");

    private readonly Option<bool> byLists = new("--by-lists")
    {
        Description = "read no chunks, and delete only packs that no saveset names, each as a whole; always so with a collecting key",
    };

    private readonly Option<CalendarAge?> grace = AgeArgument.Option(
        "--grace", "time that condemned packs stay if listings lag; twice as long as they may lag, such as 1h (default: 24h)");

    private readonly Option<bool> passOver = new("--pass-over-unreadable")
    {
        Description = "go on although some savesets cannot be read; data that only they need is deleted",
    };

    private readonly Option<bool> everything = new("--everything") { Description = "go on although there is no saveset; all data is deleted" };
    private readonly Option<string[]> missing = new("--missing")
    {
        Description = "path of a saveset that was deleted by hand, as a message gives it; may be repeated (default: none)",
        HelpName = "path",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> json = new("--json") { Description = "write the counts as a JSON object" };
    private readonly Option<int> jobs = CountArgument.Option(
        "--jobs", "-j", "number of threads that compress (default: one per processor)", Environment.ProcessorCount, least: 1, most: 64);

    private CollectArguments()
    {
    }

    internal static CollectArguments AddTo(RootCommand root)
    {
        CollectArguments arguments = new();
        foreach (Option option in (Option[])[arguments.dryRun, arguments.maxUnused, arguments.maxRewrite, arguments.recompress, arguments.olderThan,
                     arguments.byLists, arguments.grace,
                     arguments.passOver, arguments.everything, arguments.missing, arguments.json, arguments.jobs])
        {
            root.Options.Add(option);
        }

        return arguments;
    }

    /// <exception cref="BackshiftException">A value is not one that it can have.</exception>
    internal CollectOptions Read(ParseResult options, TimeProvider clock) => new()
    {
        Recompress = Codec(options),
        OldBefore = options.GetValue(olderThan) is { } age ? age.Before(UnixTime.Now(clock), TimeZoneInfo.Local) : new UnixTime(long.MaxValue, 0),
        ByLists = options.GetValue(byLists),
        Grace = Grace(options, clock),
        DryRun = options.GetValue(dryRun),
        MaxUnused = options.GetValue(maxUnused)!.Value / 100,
        MaxRewrite = options.GetValue(maxRewrite),
        PassOverUnreadable = options.GetValue(passOver),
        Everything = options.GetValue(everything),
        Missing = options.GetValue(missing)!.ToHashSet(),
    };

    private TimeSpan Grace(ParseResult options, TimeProvider clock)
    {
        if (options.GetValue(grace) is not { } age)
        {
            return new CollectOptions().Grace;
        }

        UnixTime now = UnixTime.Now(clock), before = age.Before(now, TimeZoneInfo.Utc);
        return before.IsCalendar ? TimeSpan.FromSeconds(now.Seconds - before.Seconds) : TimeSpan.MaxValue;
    }

    private CodecChoice? Codec(ParseResult options)
    {
        if (options.GetValue(recompress) is not { } text)
        {
            return options.GetValue(olderThan) is null ? null : throw new BackshiftException(ExitCode.Usage, "--older-than needs --recompress");
        }

        CodecChoice codec = CodecChoice.Parse(text);
        return codec.Effort > 0 ? codec : throw new BackshiftException(ExitCode.Usage, $"--recompress {text}: compresses nothing");
    }

    internal int Jobs(ParseResult options) => options.GetValue(jobs);

    internal bool IsJson(ParseResult options) => options.GetValue(json);
}
