using System.Globalization;
using Backshift.Posix;
using Backshift.Repository.Savesets;

namespace Backshift.Tools.Report;

/// <summary>Adds up what savesets added: by day where they span two months at most, else by month. Days and months are those of UTC, as names of savesets
/// have them.</summary>
internal static class GrowthBars
{
    private const int Days = 62;
    private const int Limit = 62;

    /// <summary>The bars, without a gap, oldest first; no more than fit into the page.</summary>
    /// <param name="savesets">In the order in which they were started; their times are of the calendar.</param>
    /// <param name="now">Now; savesets from the future are left out, unless all are.</param>
    internal static IReadOnlyList<GrowthBar> Of(IReadOnlyList<Saveset> savesets, UnixTime now)
    {
        if (savesets.Count == 0)
        {
            return [];
        }

        DateTime first = DateOf(savesets[0].Started), last = DateOf(savesets[^1].Started), today = DateOf(now);
        last = today >= first && today < last ? today : last;
        bool byDay = (last - first).TotalDays < Days;
        string format = byDay ? "yyyy-MM-dd" : "yyyy-MM";
        Dictionary<string, long> sums = [];
        foreach (Saveset saveset in savesets)
        {
            string label = DateOf(saveset.Started).ToString(format, CultureInfo.InvariantCulture);
            sums[label] = sums.GetValueOrDefault(label) + saveset.Added;
        }

        // From the last one back: years ago there may be one whose clock was wrong.
        List<GrowthBar> bars = [];
        DateTime at = byDay ? last : new DateTime(last.Year, last.Month, 1);
        DateTime end = byDay ? first : new DateTime(first.Year, first.Month, 1);
        while (at >= end && bars.Count < Limit)
        {
            string label = at.ToString(format, CultureInfo.InvariantCulture);
            bars.Insert(0, new GrowthBar(label, sums.GetValueOrDefault(label)));
            if (at == end)
            {
                break;
            }

            at = byDay ? at.AddDays(-1) : at.AddMonths(-1);
        }

        return bars;
    }

    private static DateTime DateOf(UnixTime time) => LocalTime.Of(time, TimeZoneInfo.Utc).Date;
}
