using System.Globalization;
using Backshift.Posix;

namespace Backshift.S3;

/// <summary>The clock of the server, as the date in its last answer gives it.</summary>
internal sealed class ServerClock
{
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private DateTimeOffset? date;
    private long seen;

    /// <param name="clock">Tells how much time has passed.</param>
    internal ServerClock(TimeProvider clock) => this.clock = clock;

    /// <summary>Takes the date of an answer.</summary>
    internal void Observe(string? header)
    {
        if (DateTimeOffset.TryParseExact(header, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset said))
        {
            lock (gate)
            {
                (date, seen) = (said, clock.GetTimestamp());
            }
        }
    }

    /// <summary>The date of the last answer; null where there was none.</summary>
    internal UnixTime? Last
    {
        get
        {
            lock (gate)
            {
                return date is { } said ? UnixTime.From(said) : null;
            }
        }
    }

    /// <summary>The time now: the date of the last answer and the time since then; that of this machine where no answer has had one.</summary>
    internal DateTimeOffset Now
    {
        get
        {
            lock (gate)
            {
                return date is { } said ? said + clock.GetElapsedTime(seen) : clock.GetUtcNow();
            }
        }
    }
}
