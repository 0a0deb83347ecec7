using System.Buffers;
using System.IO.Hashing;
using Backshift.Records;
using Backshift.Repository.Codecs;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Packs;

/// <summary>One chunk that is compressed against the contents of earlier ones; see backshift-repository(5), codec 3.</summary>
internal sealed class DeltaJob : PackedBlock
{
    // What the block's record and the digest of each prefix take in the directory.
    private const int Overhead = PackLimits.BlockRecord;

    // Most of the time goes into tables of the prefix, and level 1 has one where level 3 has two. The next kernel version takes 0.92 of the CPU time to store,
    // and adds 3.5 MB and not 3.3. A user who has chosen a higher level wants small packs.
    private const int FastLevel = 1;
    private const int FastUpTo = 3;

    // If level 1 does not get the chunk down to this fraction, it is tried again: in contents that do not compress by themselves level 1 misses most of
    // what is the same.
    private const int FastEnough = 16;

    private readonly CodecChoice choice;
    private readonly Digest digest;
    private readonly byte[] content;
    private readonly int length;
    private readonly byte[] prefix;
    private readonly int prefixLength;
    private readonly Digest[] prefixes;
    private byte[] compressed = [];
    private int storedLength;

    /// <param name="choice">At which level to compress.</param>
    /// <param name="digest">The chunk's digest.</param>
    /// <param name="content">Its content, in an array of the shared pool, which is given back with <see cref="Release"/>.</param>
    /// <param name="length">How much of the array it fills.</param>
    /// <param name="prefixes">The earlier chunks.</param>
    /// <param name="prefix">Their contents, concatenated, in another such array.</param>
    /// <param name="prefixLength">How much of the array they fill.</param>
    /// <param name="depth">One more than that of the deepest of their blocks.</param>
    internal DeltaJob(CodecChoice choice, Digest digest, byte[] content, int length, Digest[] prefixes, byte[] prefix, int prefixLength, byte depth)
    {
        this.choice = choice;
        this.digest = digest;
        this.content = content;
        this.length = length;
        this.prefixes = prefixes;
        this.prefix = prefix;
        this.prefixLength = prefixLength;
        Depth = depth;
    }

    internal override int Length => length;

    internal override int Count => 1;

    internal override byte Depth { get; }

    internal override IReadOnlyList<Digest> Prefixes => prefixes;

    internal override ReadOnlySpan<byte> Stored => compressed.AsSpan(0, storedLength);

    internal Digest Digest => digest;

    internal ReadOnlySpan<byte> Content => content.AsSpan(0, length);

    /// <summary>Whether it is decompressed again, and compared, before it is used.</summary>
    internal bool IsVerified { get; init; }

    /// <summary>What the job keeps in memory, in bytes.</summary>
    internal int Footprint => (2 * length) + prefixLength;

    /// <summary>Whether the delta is clearly smaller than the chunk would be in a block with its neighbours, once the job was waited for.</summary>
    internal bool IsWorthwhile { get; private set; }

    internal override Digest DigestAt(int number) => digest;

    internal override int SizeAt(int number) => length;

    /// <summary>Gives the arrays back; the job is of no use afterwards.</summary>
    internal void Release()
    {
        ArrayPool<byte>.Shared.Return(content);
        ArrayPool<byte>.Shared.Return(prefix);
        ArrayPool<byte>.Shared.Return(compressed);
    }

    protected override void Execute(WorkerContext context)
    {
        compressed = ArrayPool<byte>.Shared.Rent(BlockCodec.Bound(length));
        storedLength = CompressAgainstPrefix(context, choice.Level <= FastUpTo ? FastLevel : choice.Level);
        if (choice.Level is > FastLevel and <= FastUpTo && storedLength > length / FastEnough)
        {
            storedLength = CompressAgainstPrefix(context, choice.Level);
        }

        int cost = storedLength + Overhead + (Digest.Size * prefixes.Length);
        IsWorthwhile = cost < length / 10 || cost < CompressedAlone(context) / 2;
        Codec = Codec.ZstdWithPrefix;
        Crc = Crc32.HashToUInt32(Stored);
        if (IsVerified && IsWorthwhile)
        {
            Verify(context);
        }
    }

    private void Verify(WorkerContext context)
    {
        byte[] scratch = context.ScratchFor(length);
        string? trouble = context.Codec.TryDecompress(Codec, Stored, prefix.AsSpan(0, prefixLength), scratch.AsSpan(0, length));
        if (trouble is not null || !scratch.AsSpan(0, length).SequenceEqual(Content))
        {
            throw new BackshiftException(ExitCode.DataError, $"chunk {digest}: its delta {trouble ?? "gives other bytes"}, just after it was made",
                "test the memory of this machine, and save again");
        }
    }

    private int CompressAgainstPrefix(WorkerContext context, int level) =>
        context.Codec.CompressWithPrefix(level, Content, prefix.AsSpan(0, prefixLength), compressed);

    private int CompressedAlone(WorkerContext context)
    {
        byte[] scratch = context.ScratchFor(BlockCodec.Bound(length));
        return context.Codec.Compress(choice, Content, scratch, out int alone) == Codec.None ? length : alone;
    }
}
