using Backshift.Objects;
using Backshift.Repository.Codecs;

namespace Backshift.Repository.Packs;

/// <summary>Bounds and offsets of backshift-repository(5), "Packs".</summary>
internal static class PackLimits
{
    internal const int Blocks = 65536;
    internal const int Chunks = 262144;
    internal const int Prefixes = 262144;
    internal const int Stored = 16 << 20;
    internal const int Content = 8 << 20;
    internal const int Depth = 16;

    /// <summary>Limit on the cost of all blocks that must be read before one block, each counted once: see <see cref="CostOf"/>.</summary>
    internal const long Closure = 128 << 20;

    /// <summary>What a block costs at least, whatever the length of its content.</summary>
    internal const int LeastCost = 32 << 10;

    /// <summary>The counts that a directory begins with.</summary>
    internal const int Counts = 16;

    /// <summary>Limit on the length of a sketch; nothing uses them yet.</summary>
    internal const int Sketch = 64;

    /// <summary>Limit on the length of a directory.</summary>
    internal const int Directory = Counts + (Blocks * BlockRecord) + (Chunks * (SizeRecord + Records.Digest.Size + Sketch)) + (Prefixes * Records.Digest.Size);

    /// <summary>A block list follows after this many stored bytes.</summary>
    internal const long ListEvery = 4 << 20;

    internal const int BlockRecord = 32;
    internal const int SizeRecord = 3;
    internal const int TrailerSize = 64;
    internal const int TrailerWriter = 16;
    internal const int TrailerChecksum = 32;
    internal const byte HoldsNodes = 1;

    /// <summary>How much of the end of a pack is read at once. A pack of 32 MB with chunks of 16 KB that compress by half has a directory of 150 KB,
    /// one of an incremental save a few KB: most packs of a grown repository need no second read.</summary>
    internal const int UsualTail = 64 << 10;

    /// <summary>How much of its end is read at once where it is likely to have a long directory.</summary>
    internal const int LongTail = 1 << 20;

    /// <summary>How long the end of a pack with so many chunks is, from its directory on, if it has a block for each 32 of them and no deltas.</summary>
    internal static long TailOf(long chunks) => Counts + (chunks * (SizeRecord + Records.Digest.Size)) + (chunks / 32 * BlockRecord) + TrailerSize;

    /// <summary>Writes the length of a chunk: 3 bytes.</summary>
    internal static void WriteSize(int size, Span<byte> target)
    {
        target[0] = (byte)size;
        target[1] = (byte)(size >> 8);
        target[2] = (byte)(size >> 16);
    }

    /// <summary>Reads the length of a chunk.</summary>
    internal static int ReadSize(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);

    /// <summary>Whether the values of a block are possible in a pack whose blocks are before <paramref name="end"/>; its chunks are not checked.</summary>
    internal static bool Allow(BlockRecord block, long end) =>
        block.Stored is >= 0 and <= Stored && block.Content is >= 0 and <= Content && block.Chunks >= 1 && block.Offset >= ObjectHeader.Size
            && block.Offset <= end - block.Stored
        && block.Depth <= Depth && (block.Codec > Codec.Brotli || (block.Codec == Codec.ZstdWithPrefix) == (block.Prefixes > 0));

    /// <summary>What a block counts for in the memory of a reader. A small one takes more than its content, and time to find.</summary>
    internal static long CostOf(int content) => Math.Max(content, LeastCost);
}
