using Backshift.Repository.Checking;

namespace Backshift.Tools.Check;

/// <summary>What bs-check is asked to do.</summary>
internal sealed record CheckOptions
{
    internal bool ReadData { get; init; }

    /// <summary>The share of the data to read, up to 1; null if no sample is wanted.</summary>
    internal double? Sample { get; init; }

    internal bool MarkDamaged { get; init; }

    internal bool Repair { get; init; }

    internal bool Json { get; init; }

    /// <summary>Whether the repository is to remember the check.</summary>
    internal bool Record { get; init; }

    internal int Jobs { get; init; }

    /// <summary>The packs that are read.</summary>
    internal DataScope Scope(TimeProvider clock) =>
        ReadData ? DataScope.All : Sample is { } share ? DataScope.SampleOf(share, clock.GetUtcNow()) : DataScope.None;
}
