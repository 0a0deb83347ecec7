using Backshift.Records;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Packs;

/// <summary>A block that goes from one pack into another as it is stored: nothing is compressed again.</summary>
internal sealed class StoredBlock : PackedBlock
{
    private readonly PackDirectory directory;
    private readonly BlockRecord record;
    private readonly int first;
    private readonly ReadOnlyMemory<byte> stored;
    private readonly Digest[] prefixes;

    /// <param name="directory">The directory of the pack in which it lies.</param>
    /// <param name="number">Its number there.</param>
    /// <param name="stored">Its bytes, which match their CRC; not changed before they are written.</param>
    internal StoredBlock(PackDirectory directory, int number, ReadOnlyMemory<byte> stored)
    {
        this.directory = directory;
        this.stored = stored;
        record = directory.Block(number);
        first = directory.FirstSlot(number);
        prefixes = new Digest[record.Prefixes];
        for (int i = 0; i < prefixes.Length; i++)
        {
            prefixes[i] = directory.PrefixAt(number, i);
        }

        Codec = record.Codec;
        Crc = record.Crc;
    }

    internal override int Length => record.Content;

    internal override int Count => record.Chunks;

    internal override byte Depth => record.Depth;

    internal override byte Effort => record.Effort;

    internal override IReadOnlyList<Digest> Prefixes => prefixes;

    internal override ReadOnlySpan<byte> Stored => stored.Span;

    internal override Digest DigestAt(int number) => directory.DigestAt(first + number);

    internal override int SizeAt(int number) => directory.SizeAt(first + number);

    protected override void Execute(WorkerContext context) => throw new InvalidOperationException("it is compressed already");
}
