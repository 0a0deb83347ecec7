using System.IO.Hashing;
using Backshift.Records;
using Backshift.Repository.Packs;
using Backshift.Repository.Workers;

namespace Backshift.Scale.Making;

/// <summary>A block of chunks that have no content: as if each was stored as it is and was all zeros, with a digest of its own. Used again and again.</summary>
internal sealed class HollowBlock : PackedBlock
{
    private static readonly byte[] Zeros = new byte[Layout.ChunkSize * Layout.ChunksInBlock];
    private readonly uint whole = Crc32.HashToUInt32(Zeros);
    private long first;
    private int count;

    internal override int Length => count * Layout.ChunkSize;

    internal override int Count => count;

    internal override ReadOnlySpan<byte> Stored => Zeros.AsSpan(0, Length);

    /// <summary>Whether bytes are those of such a block: a draft need not write them.</summary>
    internal static bool IsHollow(ReadOnlySpan<byte> bytes) => bytes.Overlaps(Zeros);

    /// <summary>Makes it the block of these chunks.</summary>
    internal void Aim(long first, int count)
    {
        this.first = first;
        this.count = count;
        Crc = count == Layout.ChunksInBlock ? whole : Crc32.HashToUInt32(Stored);
    }

    internal override Digest DigestAt(int number) => SyntheticDigest.Of(first + number);

    internal override int SizeAt(int number) => Layout.ChunkSize;

    protected override void Execute(WorkerContext context) => throw new InvalidOperationException("there is nothing to compress");
}
