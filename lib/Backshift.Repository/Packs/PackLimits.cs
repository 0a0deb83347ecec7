using Backshift.Repository.Codecs;
using Backshift.Repository.Objects;

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

    /// <summary>Writes the length of a chunk: 3 bytes.</summary>
    internal static void WriteSize(int size, Span<byte> target)
    {
        target[0] = (byte)size;
        target[1] = (byte)(size >> 8);
        target[2] = (byte)(size >> 16);
    }

    /// <summary>Reads the length of a chunk.</summary>
    internal static int ReadSize(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);

    /// <summary>Whether a block can be as it is said to be, in a pack whose blocks are before <paramref name="end"/>; its chunks aside.</summary>
    internal static bool Allow(BlockRecord block, long end) =>
        block.Stored is >= 0 and <= Stored && block.Content is >= 0 and <= Content && block.Chunks >= 1 && block.Offset >= ObjectHeader.Size && block.Offset <= end - block.Stored
        && block.Depth <= Depth && (block.Codec > Codec.ZstdWithPrefix || (block.Codec == Codec.ZstdWithPrefix) == (block.Prefixes > 0));

    /// <summary>What a block counts for in the memory of whoever reads it. A small one takes more than its content, and time to find.</summary>
    internal static long CostOf(int content) => Math.Max(content, LeastCost);
}
