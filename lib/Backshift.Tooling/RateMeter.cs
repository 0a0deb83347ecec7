namespace Backshift.Tooling;

/// <summary>The rate of growth over the last half minute, if it is called every second. For use by one thread at a time.</summary>
internal sealed class RateMeter
{
    private const int Most = 32;
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(1);

    // A shorter time says nothing: the first moments of a run are unlike the rest.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(2);

    private readonly Queue<(TimeSpan Time, Int128 Amount)> samples = new(Most);
    private TimeSpan last = TimeSpan.MinValue;

    /// <summary>Adds a sample.</summary>
    /// <param name="time">Time since the start, by a clock that only goes forward.</param>
    /// <param name="amount">The amount.</param>
    /// <returns>The increase per second, or null until it can be computed.</returns>
    internal double? Add(TimeSpan time, Int128 amount)
    {
        if (samples.Count == 0 || time - last >= Apart)
        {
            if (samples.Count == Most)
            {
                samples.Dequeue();
            }

            samples.Enqueue((time, amount));
            last = time;
        }

        (TimeSpan first, Int128 then) = samples.Peek();
        return time - first >= Least ? Math.Max(0, (double)(amount - then)) / (time - first).TotalSeconds : null;
    }
}
