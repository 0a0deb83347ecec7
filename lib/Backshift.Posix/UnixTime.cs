using System.Globalization;

namespace Backshift.Posix;

/// <summary>A point in time as Unix keeps it: seconds since 1970-01-01T00:00:00Z, which may be negative, and nanoseconds after that second.</summary>
/// <param name="Seconds">Whole seconds, rounded towards the past.</param>
/// <param name="Nanoseconds">0 to 999,999,999, always counted forward from <paramref name="Seconds"/>.</param>
public readonly partial record struct UnixTime(long Seconds, uint Nanoseconds) : IComparable<UnixTime>
{
    /// <summary>Takes the time from <paramref name="clock"/>, cut to the 100 ns that it knows.</summary>
    public static UnixTime Now(TimeProvider clock) => From(clock.GetUtcNow());

    public static UnixTime From(DateTimeOffset time)
    {
        long ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        long seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out long rest);
        return rest < 0 ? new UnixTime(seconds - 1, (uint)((rest + TimeSpan.TicksPerSecond) * 100)) : new UnixTime(seconds, (uint)(rest * 100));
    }

    public int CompareTo(UnixTime other) =>
        Seconds != other.Seconds ? Seconds.CompareTo(other.Seconds) : Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>The time in ISO 8601, UTC, extended format, whole seconds: 2026-11-23T09:04:05Z; years outside 0001–9999 as seconds, "@-62135596801".</summary>
    public override string ToString() => IsCalendar ? Calendar.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : $"@{Seconds}";

    /// <summary>As <see cref="ToString"/>, with nine digits of the second.</summary>
    public string ToStringWithNanoseconds() =>
        IsCalendar ? Calendar.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + $".{Nanoseconds:d9}Z" : $"@{Seconds}.{Nanoseconds:d9}";

    /// <summary>The time in ISO 8601, UTC, basic format, whole seconds: 20261123T090405Z; no character of it is special in a file name.</summary>
    public string ToBasicString() => IsCalendar ? Calendar.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)
        : throw new InvalidOperationException("the time is outside the calendar");

    /// <summary>Whether the time has a year from 1 to 9999.</summary>
    public bool IsCalendar => Seconds is >= -62135596800 and < 253402300800;

    private DateTime Calendar => DateTime.UnixEpoch.AddTicks(Seconds * TimeSpan.TicksPerSecond);
}
