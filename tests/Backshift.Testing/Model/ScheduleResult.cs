namespace Backshift.Testing.Model;

/// <summary>What came of a schedule.</summary>
public sealed class ScheduleResult
{
    internal ScheduleResult(int seed) => Seed = seed;

    /// <summary>Repeats it.</summary>
    public int Seed { get; }

    /// <summary>Calls that were granted.</summary>
    public long Steps { get; internal set; }

    /// <summary>Savesets that were reported as good, are not expired, and lack something.</summary>
    public List<string> Losses { get; } = [];

    /// <summary>Everything else that must not be.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>How often something happened that is worth counting.</summary>
    public SortedDictionary<string, long> Events { get; } = new(StringComparer.Ordinal);

    internal void Count(string what, long by = 1) => Events[what] = Events.GetValueOrDefault(what) + by;
}
