using Backshift.Posix;
using Backshift.Repository.Checking;

namespace Backshift.Tools.Report;

/// <summary>The last check, and how much of the data was read by checks lately.</summary>
/// <param name="Last">The last one; null if none is recorded.</param>
/// <param name="Covered">The share of the data that was read within the last year, from 0 to 1.</param>
/// <param name="LastWhole">Since when all of the data was read: when the check of the part ended whose turn was longest ago; null if some was not read in a
/// year.</param>
internal readonly record struct CheckFacts(PastCheck? Last, double Covered, UnixTime? LastWhole)
{
    private const long Year = 365L * 86400;

    /// <summary>Works it out. Parts are about as large as each other, and only checks that divide the data as the latest sample does are added up.</summary>
    internal static CheckFacts Of(IReadOnlyList<PastCheck> checks, UnixTime now)
    {
        if (checks.Count == 0)
        {
            return default;
        }

        PastCheck[] reading = [.. checks.Where(check => check.Parts > 0 && now.Seconds - check.At.Seconds <= Year)];
        PastCheck? whole = reading.Where(static check => check.Parts == 1).Select(static check => (PastCheck?)check).LastOrDefault();
        int parts = reading.LastOrDefault(static check => check.Parts > 1).Parts;
        Dictionary<int, UnixTime> latest = [];
        foreach (PastCheck check in reading.Where(check => check.Parts == parts))
        {
            latest[check.Part] = check.At;
        }

        bool isAll = parts > 0 && latest.Count == parts;
        UnixTime? sampled = isAll ? latest.Values.Min() : null;
        UnixTime? since = whole is { } read && (sampled is null || sampled.Value.CompareTo(read.At) < 0) ? read.At : sampled;
        return new CheckFacts(checks[^1], since is not null ? 1 : parts == 0 ? 0 : (double)latest.Count / parts, since);
    }
}
