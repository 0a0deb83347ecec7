using Backshift.Objects;
using Backshift.Records;

namespace Backshift.Repository.Marking;

/// <summary>A delta that a saveset refers to, and that could be stored plainly so that what it is made against can go.</summary>
internal sealed class ReleasedDelta
{
    internal required Digest Digest { get; init; }

    internal required ObjectName Pack { get; init; }

    internal required int Slot { get; init; }

    internal required int Size { get; init; }

    /// <summary>Whether it is a node.</summary>
    internal required bool IsNode { get; init; }

    /// <summary>What it takes as a delta.</summary>
    internal required int Stored { get; init; }

    /// <summary>What it takes plainly, by an estimate.</summary>
    internal required long Cost { get; init; }

    /// <summary>Its prefixes that nothing but deltas need.</summary>
    internal required LonePrefix[] Prefixes { get; init; }

    /// <summary>Whether it is to be stored plainly.</summary>
    internal bool IsChosen { get; set; } = true;

    /// <summary>Which part of what goes with it its plain copy takes.</summary>
    internal double Charge { get; set; }
}
