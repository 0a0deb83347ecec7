using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.S3;
using Backshift.Tooling;

namespace Backshift.Tools.S3;

/// <summary>The options of bs-s3 that say how a bucket is used.</summary>
internal sealed class S3Arguments
{
    private readonly Option<BucketIn> bucketIn = ChoiceArgument.Option(
        "--bucket-in",
        "place of the bucket's name in a request: path, host, or auto, which is host at Amazon and path elsewhere (default: auto)",
        BucketIn.Auto);

    private readonly Option<CalendarAge?> lockFor = AgeArgument.Option(
        "--lock-for", "lock what a restore needs for this time after it was stored, such as 30d (default: no lock)");

    private readonly Option<LockMode> lockMode = ChoiceArgument.Option(
        "--lock-mode", "kind of lock: compliance, which no user can end early, or governance, which some users can (default: compliance)",
        LockMode.Compliance);

    private readonly Option<int> patience = CountArgument.Option(
        "--patience", null, "seconds for which a request is tried again that the server does not answer (default: 900)", 900, least: 1, most: 604_800);

    private readonly Option<string?> region = new("--region")
    {
        Description = "region that requests are signed for (default: $AWS_REGION, $AWS_DEFAULT_REGION, that of the endpoint or the profile, or us-east-1)",
        HelpName = "region",
    };

    private readonly Option<string?> storageClass = new("--storage-class")
    {
        Description = "storage class of file contents; everything else stays at hand (default: that of the bucket)",
        HelpName = "class",
    };

    private S3Arguments() => patience.HelpName = "seconds";

    internal static S3Arguments AddTo(RootCommand root)
    {
        S3Arguments arguments = new();
        foreach (Option option in (Option[])
        [
            arguments.bucketIn, arguments.lockFor, arguments.lockMode, arguments.patience, arguments.region, arguments.storageClass,
        ])
        {
            root.Options.Add(option);
        }

        return arguments;
    }

    /// <exception cref="BackshiftException">A value is not one that it can have.</exception>
    internal S3Settings Read(ParseResult options, S3Location location, TimeProvider clock)
    {
        S3Settings settings = new()
        {
            Location = location,
            BucketIn = options.GetValue(bucketIn),
            LockFor = LockFor(options, clock),
            LockMode = options.GetValue(lockMode),
            Patience = TimeSpan.FromSeconds(options.GetValue(patience)),
            Region = Word(options, region),
            StorageClass = Word(options, storageClass),
        };

        // One try must not take longer than all of them.
        return settings.Silence <= settings.Patience ? settings : settings with { Silence = settings.Patience };
    }

    private TimeSpan? LockFor(ParseResult options, TimeProvider clock)
    {
        if (options.GetValue(lockFor) is not { } age)
        {
            return null;
        }

        DateTimeOffset now = clock.GetUtcNow();
        UnixTime before = age.Before(UnixTime.From(now), TimeZoneInfo.Utc);
        TimeSpan time = before.IsCalendar ? now - DateTimeOffset.FromUnixTimeSeconds(before.Seconds) : TimeSpan.MaxValue;
        return time >= TimeSpan.FromHours(1) && time <= TimeSpan.FromDays(36500)
            ? time : throw new BackshiftException(ExitCode.Usage, $"--lock-for {age}: not between an hour and a hundred years");
    }

    // It goes into a header.
    private static string? Word(ParseResult options, Option<string?> option) => options.GetValue(option) is not { } text ? null
        : text.Length is > 0 and <= 64 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? text
        : throw new BackshiftException(ExitCode.Usage, $"{option.Name}: not a word of letters, digits and hyphens");
}
