namespace Backshift.Posix;

/// <summary>Times of the calendar in a time zone.</summary>
public static class LocalTime
{
    /// <summary>The date and time of day; in UTC where the zone would leave the years 1 to 9999.</summary>
    /// <param name="time">A time of the calendar.</param>
    /// <param name="zone">The time zone.</param>
    public static DateTime Of(UnixTime time, TimeZoneInfo zone) => Of(time, zone, out _);

    /// <inheritdoc cref="Of(UnixTime, TimeZoneInfo)"/>
    /// <param name="time">A time of the calendar.</param>
    /// <param name="zone">The time zone.</param>
    /// <param name="offset">What the zone added to UTC then: it tells apart the two hours that have one name in autumn.</param>
    public static DateTime Of(UnixTime time, TimeZoneInfo zone, out TimeSpan offset)
    {
        DateTime utc = DateTime.UnixEpoch.AddTicks(time.Seconds * TimeSpan.TicksPerSecond);
        offset = zone.GetUtcOffset(utc);
        long ticks = utc.Ticks + offset.Ticks;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
        {
            (ticks, offset) = (utc.Ticks, TimeSpan.Zero);
        }

        return new DateTime(ticks);
    }
}
