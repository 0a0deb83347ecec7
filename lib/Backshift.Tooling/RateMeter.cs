namespace Backshift.Tooling;

/// <summary>How fast something grows, over the last while: half a minute where it is asked every second. For use by one thread at a time.</summary>
internal sealed class RateMeter
{
    private const int Most = 32;
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(1);

    // Less than this says nothing: the first moments of a run are unlike the rest.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(2);

    private readonly Queue<(TimeSpan Time, Int128 Amount)> samples = new(Most);
    private TimeSpan last = TimeSpan.MinValue;

    /// <summary>Takes how much there is now.</summary>
    /// <param name="time">Time since the start, by a clock that only goes forward.</param>
    /// <param name="amount">The amount.</param>
    /// <returns>What is added in a second, or null as long as that cannot be said.</returns>
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
