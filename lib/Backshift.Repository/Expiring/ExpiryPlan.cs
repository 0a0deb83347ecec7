using Backshift.Posix;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Expiring;

/// <summary>Decides by rules what becomes of the savesets of one host and subset; see bs-expire(1). Changes nothing.</summary>
public sealed class ExpiryPlan
{
    private const long Day = 24 * 60 * 60;

    // One may be late for a reason of its own: a machine that slept while it published, or a file that was copied by hand.
    private const int LateLimit = 2;

    private readonly IReadOnlyList<Saveset> savesets;
    private readonly ExpiryRules rules;
    private readonly UnixTime now;
    private readonly TimeZoneInfo zone;
    private readonly Dictionary<BytePath, List<string>> kept = [];

    // Complete ones of a time that can be believed, the newest first.
    private readonly List<Saveset> complete;
    private readonly Saveset? last;

    private ExpiryPlan(IReadOnlyList<Saveset> savesets, ExpiryRules rules, UnixTime now, TimeZoneInfo zone)
    {
        this.savesets = savesets;
        this.rules = rules;
        this.now = now;
        this.zone = zone;
        complete = [.. savesets.Where(saveset => saveset.Complete && IsSane(TimeOf(saveset)))
            .OrderByDescending(TimeOf).ThenByDescending(static saveset => saveset.Started)
            .ThenByDescending(static saveset => saveset.Name, StringComparer.Ordinal)];
        last = LastComplete(complete, rules);
    }

    /// <summary>Decides.</summary>
    /// <param name="savesets">All of one host and subset, in the order of the result.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="now">The time from which ages are counted.</param>
    /// <param name="zone">Whose calendar.</param>
    public static List<ExpiryDecision> Decide(IReadOnlyList<Saveset> savesets, ExpiryRules rules, UnixTime now, TimeZoneInfo zone)
    {
        ExpiryPlan plan = new(savesets, rules, now, zone);
        plan.Keep();
        return [.. savesets.Select(plan.Decide)];
    }

    /// <summary>
    /// How many savesets were received so long after they were finished that the repository looks like a copy that did not keep times: all of one day. Rules by
    /// the calendar would leave one of them. 0 if none or a single one.
    /// </summary>
    public static int CountLate(IEnumerable<Saveset> savesets)
    {
        int late = savesets.Count(static saveset => saveset.Finished != default && saveset.Received.Seconds - Day > saveset.Finished.Seconds);
        return late >= LateLimit ? late : 0;
    }

    /// <summary>The newest complete saveset that has its data, or, if none has, the newest complete one; null if none is complete.</summary>
    /// <param name="savesets">Of one host and subset.</param>
    /// <param name="rules">Say which time counts.</param>
    public static Saveset? LastComplete(IEnumerable<Saveset> savesets, ExpiryRules rules) =>
        savesets.Where(static saveset => saveset.Complete).OrderByDescending(static saveset => saveset.DataExpired is null)
            .ThenByDescending(saveset => TimeOf(saveset, rules)).FirstOrDefault();

    private static UnixTime TimeOf(Saveset saveset, ExpiryRules rules) => rules.ByStarted ? saveset.Started : saveset.Received;

    private UnixTime TimeOf(Saveset saveset) => TimeOf(saveset, rules);

    private bool IsSane(UnixTime time) => time.IsCalendar && time.Seconds - Day <= now.Seconds;

    private void Keep()
    {
        if (complete.Count == 0)
        {
            return;
        }

        // One with its data is worth more than a later one without.
        int rank = 0;
        foreach (Saveset saveset in complete.OrderByDescending(static saveset => saveset.DataExpired is null).Take(rules.Last))
        {
            Keep(saveset, $"last {++rank} of {rules.Last}");
        }

        for (int period = 0; period < rules.Periods.Count; period++)
        {
            KeepPeriods((ExpiryPeriod)period, rules.Periods[period]);
        }

        if (rules.Within is { } within)
        {
            UnixTime from = within.Before(TimeOf(complete[0]), zone);
            complete.FindAll(saveset => TimeOf(saveset).CompareTo(from) >= 0).ForEach(saveset => Keep(saveset, $"within {within}"));
        }
    }

    private void KeepPeriods(ExpiryPeriod period, int count)
    {
        string word = period.ToString().ToLowerInvariant();
        int rank = 0;
        foreach (IGrouping<string, Saveset> group in complete.GroupBy(saveset => ExpiryCalendar.PeriodOf(period, TimeOf(saveset), zone), StringComparer.Ordinal)
            .Take(count))
        {
            Keep(group.FirstOrDefault(static saveset => saveset.DataExpired is null) ?? group.First(), $"{word} {++rank} of {count}");
        }

        // As long as there are fewer periods than are to be kept, what there is reaches back as far as it can.
        if (rank < count && !kept.GetValueOrDefault(complete[^1].Place, []).Exists(why => why.StartsWith(word, StringComparison.Ordinal)))
        {
            Keep(complete[^1], $"oldest, for {word}");
        }
    }

    private void Keep(Saveset saveset, string why)
    {
        if (!kept.TryGetValue(saveset.Place, out List<string>? reasons))
        {
            kept.Add(saveset.Place, reasons = []);
        }

        reasons.Add(why);
    }

    private ExpiryDecision Decide(Saveset saveset)
    {
        (ExpiryAction action, string why) = Judge(saveset);
        return new ExpiryDecision(saveset, TimeOf(saveset), action, why);
    }

    private (ExpiryAction Action, string Why) Judge(Saveset saveset)
    {
        UnixTime time = TimeOf(saveset);
        if (saveset.IsHeld)
        {
            return (ExpiryAction.Stays, saveset.HasUnreadableTags ? "its tags cannot be read" : "hold");
        }

        if (rules.Tags.FirstOrDefault(saveset.Tags.Contains) is { } tag)
        {
            return (ExpiryAction.Stays, $"tag {tag}");
        }

        if (!saveset.Complete)
        {
            return JudgeIncomplete(saveset);
        }

        if (!IsSane(time))
        {
            return (ExpiryAction.Stays, $"{(rules.ByStarted ? "starts" : "was received")} in the future: a clock is or was wrong");
        }

        List<string> reasons = kept.GetValueOrDefault(saveset.Place, []);
        if (last?.Place == saveset.Place)
        {
            return (ExpiryAction.Stays, string.Join(", ", ["last complete", .. reasons]));
        }

        bool isUnkept = rules.KeepsSome && reasons.Count == 0;
        if (IsOlder(time, rules.MetadataOlderThan))
        {
            return (ExpiryAction.Goes, $"older than {rules.MetadataOlderThan}");
        }

        if (isUnkept && rules.MetadataOlderThan is null)
        {
            return (ExpiryAction.Goes, "no rule keeps it");
        }

        if (isUnkept || IsOlder(time, rules.DataOlderThan))
        {
            return saveset.DataExpired is not null ? (ExpiryAction.Stays, "only its metadata is left")
                : (ExpiryAction.DataGoes, isUnkept ? "no rule keeps it" : $"older than {rules.DataOlderThan}");
        }

        return (ExpiryAction.Stays, reasons.Count > 0 ? string.Join(", ", reasons) : $"not older than {rules.DataOlderThan ?? rules.MetadataOlderThan}");
    }

    private (ExpiryAction Action, string Why) JudgeIncomplete(Saveset saveset)
    {
        if (rules.KeepsIncomplete)
        {
            return (ExpiryAction.Stays, "incomplete savesets are kept");
        }

        // A later one in both respects: one that began before this one may have older files, however late it ended.
        Saveset? newer = complete.Find(other => other.DataExpired is null && TimeOf(other).CompareTo(TimeOf(saveset)) > 0
            && other.Started.CompareTo(saveset.Started) >= 0);
        return newer is null ? (ExpiryAction.Stays, "incomplete, and no complete one is newer")
            : (ExpiryAction.Goes, $"incomplete, and {newer.Name} is complete and newer");
    }

    private bool IsOlder(UnixTime time, CalendarAge? age) => age is { } limit && time.CompareTo(limit.Before(now, zone)) < 0;
}
