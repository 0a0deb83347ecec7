using Backshift.Posix;

namespace Backshift.Testing.Model;

/// <summary>The clock of one simulated machine: its time of day is days off and jumps, while the time that passes is that of the store.</summary>
/// <param name="store">Whose clock it is compared with.</param>
/// <param name="skew">How far it is ahead, in ticks.</param>
internal sealed class ProcessClock(SharedStore store, long skew) : TimeProvider
{
    /// <summary>How far it is ahead, in ticks.</summary>
    internal long Skew { get; set; } = skew;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(store.Now + Skew, TimeSpan.Zero);

    public override long GetTimestamp() => store.Now;

    /// <summary>A time in ticks.</summary>
    internal static UnixTime Time(long ticks) => UnixTime.From(new DateTimeOffset(ticks, TimeSpan.Zero));
}
