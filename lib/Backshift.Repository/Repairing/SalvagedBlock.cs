using Backshift.Records;
using Backshift.Repository.Packs;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Repairing;

/// <summary>A block of a pack without a directory, which goes into another pack as it is stored. Its chunks were made, so their digests are known.</summary>
internal sealed class SalvagedBlock : PackedBlock
{
    private readonly BlockRecord record;
    private readonly Digest[] digests;
    private readonly int[] sizes;
    private readonly Digest[] prefixes;
    private readonly ReadOnlyMemory<byte> stored;

    /// <param name="record">What the list of blocks says of it.</param>
    /// <param name="digests">The digests of its chunks.</param>
    /// <param name="sizes">Their lengths.</param>
    /// <param name="prefixes">The digests of what it is a delta against.</param>
    /// <param name="stored">Its bytes; not changed before they are written.</param>
    /// <param name="crc">Their CRC-32.</param>
    internal SalvagedBlock(BlockRecord record, Digest[] digests, int[] sizes, Digest[] prefixes, ReadOnlyMemory<byte> stored, uint crc)
    {
        this.record = record;
        this.digests = digests;
        this.sizes = sizes;
        this.prefixes = prefixes;
        this.stored = stored;
        Codec = record.Codec;
        Crc = crc;
    }

    internal override int Length => record.Content;

    internal override int Count => digests.Length;

    internal override byte Depth => record.Depth;

    internal override IReadOnlyList<Digest> Prefixes => prefixes;

    internal override ReadOnlySpan<byte> Stored => stored.Span;

    internal override Digest DigestAt(int number) => digests[number];

    internal override int SizeAt(int number) => sizes[number];

    protected override void Execute(WorkerContext context) => throw new InvalidOperationException("it is compressed already");
}
