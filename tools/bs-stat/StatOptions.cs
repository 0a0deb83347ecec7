using Backshift.Repository.Savesets;

namespace Backshift.Tools.Stat;

/// <summary>What is measured, and how that is shown.</summary>
internal sealed record StatOptions
{
    /// <summary>Which savesets are shown by themselves.</summary>
    internal required SavesetFilter Filter { get; init; }

    /// <summary>Names of savesets that are shown by themselves; none for those of the filter.</summary>
    internal required IReadOnlyList<string> Names { get; init; }

    /// <summary>Whether savesets are shown, and not hosts.</summary>
    internal required bool OfSavesets { get; init; }

    internal required StatForm Form { get; init; }

    /// <summary>Whether a terminal shows the output.</summary>
    internal bool Terminal { get; init; }
}
