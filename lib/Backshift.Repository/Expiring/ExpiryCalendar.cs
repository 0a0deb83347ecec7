using System.Globalization;
using Backshift.Posix;

namespace Backshift.Repository.Expiring;

/// <summary>Hours, days, ISO weeks, months and years of a time zone.</summary>
internal static class ExpiryCalendar
{
    /// <summary>The period in which a time lies, in words: 2026-W48. Two times lie in the same one if the words are the same.</summary>
    internal static string PeriodOf(ExpiryPeriod period, UnixTime time, TimeZoneInfo zone)
    {
        DateTime local = LocalTime.Of(time, zone, out TimeSpan offset);
        return period switch
        {
            // The two hours of one name at the end of summer time are two.
            ExpiryPeriod.Hourly => string.Create(CultureInfo.InvariantCulture, $"{local:yyyy-MM-dd HH}h{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hhmm}"),
            ExpiryPeriod.Daily => local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ExpiryPeriod.Weekly => string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(local):d4}-W{ISOWeek.GetWeekOfYear(local):d2}"),
            ExpiryPeriod.Monthly => local.ToString("yyyy-MM", CultureInfo.InvariantCulture),
            _ => local.ToString("yyyy", CultureInfo.InvariantCulture),
        };
    }
}
