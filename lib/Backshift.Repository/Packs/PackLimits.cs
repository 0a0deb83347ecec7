namespace Backshift.Repository.Packs;

/// <summary>Bounds and places of backshift-repository(5), "Packs".</summary>
internal static class PackLimits
{
    internal const int Blocks = 65536;
    internal const int Chunks = 262144;
    internal const int Prefixes = 262144;
    internal const int Stored = 16 << 20;
    internal const int Content = 8 << 20;
    internal const int Depth = 16;

    /// <summary>How much all the blocks may cost together that must be read before one block, each counted once: see <see cref="CostOf"/>.</summary>
    internal const long Closure = 64 << 20;

    /// <summary>What a block costs at least, whatever the length of its content.</summary>
    internal const int LeastCost = 32 << 10;

    internal const int BlockRecord = 32;
    internal const int SizeRecord = 3;
    internal const int TrailerSize = 64;
    internal const int TrailerChecksum = 32;
    internal const byte HoldsNodes = 1;

    /// <summary>How much of the end of a pack is read at once. A pack of 32 MB with chunks of 16 KB that compress by half has a directory of 150 KB,
    /// one of an incremental save a few KB: most packs of a grown repository need no second read.</summary>
    internal const int UsualTail = 64 << 10;

    /// <summary>What a block counts for in the memory of whoever reads it. A small one takes more than its content, and time to find.</summary>
    internal static long CostOf(int content) => Math.Max(content, LeastCost);
}
