using System.Globalization;
using Backshift.Posix;

namespace Backshift.Tooling;

/// <summary>Times for people: those of a time zone, to the minute or to the nanosecond.</summary>
public sealed class ZoneTime
{
    private readonly TimeZoneInfo zone;
    private readonly bool full;

    /// <param name="zone">The time zone.</param>
    /// <param name="full">Whether to show nanoseconds and the offset from UTC.</param>
    public ZoneTime(TimeZoneInfo zone, bool full)
    {
        this.zone = zone;
        this.full = full;
    }

    /// <summary>The title of a column of such times; it says so if they are in UTC.</summary>
    public string Title(string name) => zone.BaseUtcOffset == TimeSpan.Zero && !zone.SupportsDaylightSavingTime ? $"{name} (UTC)" : name;

    /// <summary>"2026-11-26 10:00", or "2026-11-26 10:00:59.123456789 +0100"; outside the years 1 to 9999 "@" and seconds.</summary>
    public string Text(UnixTime time)
    {
        if (!time.IsCalendar)
        {
            return full ? time.ToStringWithNanoseconds() : time.ToString();
        }

        DateTime local = LocalTime.Of(time, zone, out TimeSpan offset);
        if (!full)
        {
            return local.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        }

        string sign = offset < TimeSpan.Zero ? "-" : "+";
        return string.Create(CultureInfo.InvariantCulture, $"{local:yyyy-MM-dd HH:mm:ss}.{time.Nanoseconds:d9} {sign}{offset:hhmm}");
    }
}
