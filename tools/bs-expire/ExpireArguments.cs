using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Expiring;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.Expire;

/// <summary>The operands and options of bs-expire.</summary>
internal sealed class ExpireArguments
{
    private readonly Argument<string[]> names = new("saveset")
    {
        Description = "savesets to expire without a rule: host@time, or - for names on standard input (default: those that no rule keeps)",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<int> last = Count("--keep-last", "number of newest savesets to keep (default: 0)");

    private readonly Option<int>[] periods =
    [
        Count("--keep-hourly", "number of hours to keep the newest saveset of (default: 0)"),
        Count("--keep-daily", "number of days to keep the newest saveset of (default: 0)"),
        Count("--keep-weekly", "number of ISO weeks to keep the newest saveset of (default: 0)"),
        Count("--keep-monthly", "number of months to keep the newest saveset of (default: 0)"),
        Count("--keep-yearly", "number of years to keep the newest saveset of (default: 0)"),
    ];

    private readonly Option<CalendarAge?> within =
        AgeArgument.Option("--keep-within", "time before the newest saveset in which all are kept, such as 30d (default: none)");

    private readonly Option<string[]> tags = new("--keep-tag")
    {
        Description = "tag whose savesets are kept; may be given several times (default: none)",
        HelpName = "word",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<bool> incomplete = new("--keep-incomplete") { Description = "keep incomplete savesets although newer complete ones exist" };

    private readonly Option<CalendarAge?> dataAge =
        AgeArgument.Option("--data-older-than", "age from which on only the metadata of a saveset is kept, such as 1y (default: never)");

    private readonly Option<CalendarAge?> metadataAge =
        AgeArgument.Option("--metadata-older-than", "age from which on nothing of a saveset is kept, such as 5y (default: never)");

    private readonly Option<string?> host = new("--host") { Description = "host whose savesets to look at (default: all)", HelpName = "name" };
    private readonly Option<string?> subset = new("--subset") { Description = "subset whose savesets to look at (default: all)", HelpName = "name" };

    private readonly Option<TimeBasis> basis =
        ChoiceArgument.Option("--by", "time that counts: received by the repository, or started as the host says (default: received)", TimeBasis.Received);

    private readonly Option<TimeZoneInfo> zone = ZoneArgument.Option();
    private readonly Option<bool> takesLast = new("--last") { Description = "allow the last complete saveset of a host to be expired by its name" };
    private readonly Option<bool> undo = new("--undo") { Description = "bring the named savesets back, as long as their data is there" };
    private readonly Option<bool> dryRun = new("--dry-run", "-n")
    {
        Description = "change nothing, and write a table that says why each saveset stays or goes",
    };

    private readonly Option<bool> json = new("--json") { Description = "write one JSON object per saveset" };

    private ExpireArguments(RootCommand root)
    {
        root.Arguments.Add(names);
        foreach (Option option in (Option[])
            [last, .. periods, within, tags, incomplete, dataAge, metadataAge, host, subset, basis, zone, takesLast, undo, dryRun, json])
        {
            root.Options.Add(option);
        }
    }

    internal static ExpireArguments AddTo(RootCommand root) => new(root);

    /// <exception cref="BackshiftException">There is no rule, or options cannot be combined.</exception>
    internal ExpireOptions Read(ParseResult options, TimeProvider clock)
    {
        ExpiryRules rules = new()
        {
            Last = options.GetValue(last),
            Periods = [.. periods.Select(options.GetValue)],
            Within = options.GetValue(within),
            Tags = options.GetValue(tags) ?? [],
            DataOlderThan = options.GetValue(dataAge),
            MetadataOlderThan = options.GetValue(metadataAge),
            KeepsIncomplete = options.GetValue(incomplete),
            ByStarted = options.GetValue(basis) == TimeBasis.Started,
        };
        ExpireOptions read = new()
        {
            Rules = rules,
            Zone = options.GetValue(zone)!,
            Host = options.GetValue(host),
            Subset = options.GetValue(subset),
            Names = options.GetValue(names) ?? [],
            TakesLast = options.GetValue(takesLast),
            Undo = options.GetValue(undo),
            DryRun = options.GetValue(dryRun),
            Json = options.GetValue(json),
            Escape = Descriptors.IsTerminal(1),
        };
        Check(read, UnixTime.Now(clock));
        return read;
    }

    private static void Check(ExpireOptions read, UnixTime now)
    {
        bool isNamed = read.Names.Count > 0;
        if (read.Undo && !isNamed)
        {
            throw new BackshiftException(ExitCode.Usage, "--undo needs the names of savesets", "bs-ls --expired lists those that can be brought back");
        }

        if (isNamed && (!read.Rules.AreEmpty || read.Rules.KeepsIncomplete || read.Host is not null || read.Subset is not null))
        {
            throw new BackshiftException(ExitCode.Usage, "names cannot be combined with rules, --host or --subset");
        }

        if (read.TakesLast && (read.Undo || !isNamed))
        {
            throw new BackshiftException(ExitCode.Usage, "--last applies only to savesets that are expired by their names");
        }

        if (!isNamed && read.Rules.AreEmpty)
        {
            throw new BackshiftException(ExitCode.Usage, "no rule says what to keep", "give one, such as --keep-daily 30, or name savesets");
        }

        if (read.Names.Count(static name => name == NamedSavesets.Input) > 1)
        {
            throw new BackshiftException(ExitCode.Usage, "- can be given once");
        }

        if (read.Rules is { DataOlderThan: { } data, MetadataOlderThan: { } metadata }
            && data.Before(now, read.Zone).CompareTo(metadata.Before(now, read.Zone)) < 0)
        {
            throw new BackshiftException(ExitCode.Usage, $"--metadata-older-than {metadata} is shorter than --data-older-than {data}");
        }
    }

    private static Option<int> Count(string name, string description) => CountArgument.Option(name, null, description, 0, most: 1_000_000);
}
