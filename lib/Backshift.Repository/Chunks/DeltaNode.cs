using Backshift.Objects;
using Backshift.Records;

namespace Backshift.Repository.Chunks;

/// <summary>A block in a <see cref="DeltaGraph"/>, with the blocks that must be read directly before it.</summary>
internal sealed class DeltaNode
{
    internal required ObjectName Pack { get; init; }

    internal required int Block { get; init; }

    internal required byte Depth { get; init; }

    /// <summary>What it counts for in the memory of a reader.</summary>
    internal required long Cost { get; init; }

    /// <summary>The blocks of its prefixes, each once.</summary>
    internal DeltaNode[] Prefixes { get; set; } = [];

    /// <summary>What all blocks below it cost together, at most.</summary>
    internal long CostBelow { get; set; }

    /// <summary>A prefix that cannot be read from any place; null if there is none.</summary>
    internal Digest? Missing { get; set; }

    /// <summary>Whether the blocks below it cost more than a reader must support.</summary>
    internal bool IsTooLarge { get; set; }

    /// <summary>Whether everything that is needed to read it is there.</summary>
    internal bool IsWhole => Missing is null && !IsTooLarge;

    /// <summary>Whether its stored bytes, and those of all below it, match their checksums.</summary>
    internal bool IsVerified { get; set; }

    /// <summary>Whether its pack, and those of all below it, are among those that the caller relies on.</summary>
    internal bool IsRelied { get; set; }

    /// <summary>The last walk that came by.</summary>
    internal long Walk { get; set; }
}
