using Backshift.Posix;

namespace Backshift.Repository.Expiring;

/// <summary>Which savesets stay; see bs-expire(1). A count of 0 and an age of null are rules that were not given.</summary>
public sealed record ExpiryRules
{
    /// <summary>How many of the newest stay.</summary>
    public int Last { get; init; }

    /// <summary>For how many periods of each kind the newest stays, in the order of <see cref="ExpiryPeriod"/>.</summary>
    public IReadOnlyList<int> Periods { get; init; } = [0, 0, 0, 0, 0];

    /// <summary>Those that are not older than this when the newest was made stay.</summary>
    public CalendarAge? Within { get; init; }

    /// <summary>Those that have one of these tags stay, whatever their age.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The age from which on only the metadata is kept.</summary>
    public CalendarAge? DataOlderThan { get; init; }

    /// <summary>The age from which on nothing is kept.</summary>
    public CalendarAge? MetadataOlderThan { get; init; }

    /// <summary>Whether incomplete savesets stay although there are newer complete ones.</summary>
    public bool KeepsIncomplete { get; init; }

    /// <summary>Whether the time counts at which the host says that it began, and not that at which the repository received the saveset.</summary>
    public bool ByStarted { get; init; }

    /// <summary>Whether there is a rule that says what stays.</summary>
    public bool KeepsSome => Last > 0 || Periods.Any(static count => count > 0) || Within is not null || Tags.Count > 0;

    /// <summary>Whether there is no rule at all.</summary>
    public bool AreEmpty => !KeepsSome && DataOlderThan is null && MetadataOlderThan is null;
}
