using System.Buffers.Binary;
using Backshift.Records;

namespace Backshift.Repository.Packs;

/// <summary>
/// A list of some blocks of a pack, as it lies in a gap: what is needed to find and read them where the directory is lost; see backshift-repository(5), "Block
/// lists". It has only the first eight bytes of each digest, so a chunk is certain only once its content was verified.
/// </summary>
internal sealed class BlockList
{
    private const int CountsSize = 16;
    private const int KeySize = 8;

    private readonly byte[] body;
    private readonly int sizes;
    private readonly int keys;
    private readonly int prefixes;

    private BlockList(byte[] body, int blocks, int chunks)
    {
        this.body = body;
        BlockCount = blocks;
        ChunkCount = chunks;
        sizes = CountsSize + (blocks * PackLimits.BlockRecord);
        keys = sizes + (chunks * PackLimits.SizeRecord);
        prefixes = keys + (chunks * KeySize);
    }

    internal int BlockCount { get; }

    internal int ChunkCount { get; }

    /// <summary>The body of a list.</summary>
    /// <param name="blocks">Its blocks.</param>
    /// <param name="chunks">Lengths of their chunks, in order.</param>
    /// <param name="digests">Their digests.</param>
    /// <param name="prefixes">The digests of the blocks' prefixes.</param>
    internal static byte[] Encode(ReadOnlySpan<BlockRecord> blocks, ReadOnlySpan<int> chunks, ReadOnlySpan<Digest> digests, ReadOnlySpan<Digest> prefixes)
    {
        byte[] body =
            new byte[CountsSize + (blocks.Length * PackLimits.BlockRecord) + (chunks.Length * (PackLimits.SizeRecord + KeySize)) + (prefixes.Length * KeySize)];
        BinaryPrimitives.WriteInt32LittleEndian(body, blocks.Length);
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(4), chunks.Length);
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(8), prefixes.Length);
        Span<byte> rest = body.AsSpan(CountsSize);
        foreach (BlockRecord block in blocks)
        {
            block.CopyTo(rest);
            rest = rest[PackLimits.BlockRecord..];
        }

        foreach (int size in chunks)
        {
            PackLimits.WriteSize(size, rest);
            rest = rest[PackLimits.SizeRecord..];
        }

        rest = WriteKeys(digests, rest);
        WriteKeys(prefixes, rest);
        return body;
    }

    /// <summary>Reads the body of a list.</summary>
    /// <param name="body">The body; kept.</param>
    /// <param name="end">Where the list lies in the file: its blocks are before it.</param>
    /// <returns>Null if it breaks the rules.</returns>
    internal static BlockList? TryRead(byte[] body, long end)
    {
        if (body.Length < CountsSize)
        {
            return null;
        }

        uint blocks = BinaryPrimitives.ReadUInt32LittleEndian(body);
        uint chunks = BinaryPrimitives.ReadUInt32LittleEndian(body.AsSpan(4));
        uint prefixes = BinaryPrimitives.ReadUInt32LittleEndian(body.AsSpan(8));
        if (blocks > PackLimits.Blocks || chunks > PackLimits.Chunks || prefixes > PackLimits.Prefixes
            || BinaryPrimitives.ReadUInt32LittleEndian(body.AsSpan(12)) != 0
            || body.Length != CountsSize + (blocks * PackLimits.BlockRecord) + (chunks * (PackLimits.SizeRecord + KeySize)) + (prefixes * KeySize))
        {
            return null;
        }

        BlockList list = new(body, (int)blocks, (int)chunks);
        long listed = 0, needed = 0;
        for (int i = 0; i < list.BlockCount; i++)
        {
            BlockRecord block = list.Block(i);
            int first = (int)listed;
            listed += block.Chunks;
            needed += block.Prefixes;
            if (!PackLimits.Allow(block, end) || listed > chunks || needed > prefixes || !list.AddUpTo(block.Content, first, block.Chunks))
            {
                return null;
            }
        }

        return listed == chunks && needed == prefixes ? list : null;
    }

    internal BlockRecord Block(int number) => BlockRecord.Read(body.AsSpan(CountsSize + (number * PackLimits.BlockRecord), PackLimits.BlockRecord));

    /// <summary>The length of a chunk, by its position in the list.</summary>
    internal int SizeAt(int position) => PackLimits.ReadSize(body.AsSpan(sizes + (position * PackLimits.SizeRecord)));

    /// <summary>The first eight bytes of a chunk's digest, as <see cref="Digest.Prefix"/>.</summary>
    internal ulong KeyAt(int position) => BinaryPrimitives.ReadUInt64BigEndian(body.AsSpan(keys + (position * KeySize)));

    /// <summary>The first eight bytes of the digest of a prefix, by its position in the list.</summary>
    internal ulong PrefixAt(int position) => BinaryPrimitives.ReadUInt64BigEndian(body.AsSpan(prefixes + (position * KeySize)));

    private bool AddUpTo(int content, int first, int count)
    {
        long sum = 0;
        for (int position = first; position < first + count; position++)
        {
            int size = SizeAt(position);
            sum = size == 0 ? long.MaxValue : sum + size;
            if (sum > content)
            {
                return false;
            }
        }

        return sum == content;
    }

    private static Span<byte> WriteKeys(ReadOnlySpan<Digest> digests, Span<byte> rest)
    {
        foreach (Digest digest in digests)
        {
            BinaryPrimitives.WriteUInt64BigEndian(rest, digest.Prefix);
            rest = rest[KeySize..];
        }

        return rest;
    }
}
