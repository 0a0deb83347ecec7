using Backshift.Repository.Packs;

namespace Backshift.Repository.Checking;

/// <summary>A block that a <see cref="DeltaPipeline"/> has decoded, or that a worker is decoding.</summary>
internal sealed class HeldBlock
{
    internal HeldBlock(DecodeJob job, List<HeldBlock> bases, long cost)
    {
        Job = job;
        Bases = bases;
        Cost = cost;
        Idle = new LinkedListNode<HeldBlock>(this);
    }

    internal DecodeJob Job { get; }

    /// <summary>The blocks that it is made against, as long as they are in use for it.</summary>
    internal List<HeldBlock> Bases { get; }

    /// <summary>What it counts for, in bytes.</summary>
    internal long Cost { get; }

    /// <summary>How many blocks that are under way need it, and how many callers.</summary>
    internal int Uses { get; set; }

    /// <summary>Its place among those that are not in use.</summary>
    internal LinkedListNode<HeldBlock> Idle { get; }
}
