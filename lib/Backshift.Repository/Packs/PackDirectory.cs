using System.Buffers.Binary;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Objects;

namespace Backshift.Repository.Packs;

/// <summary>The table of contents of a pack, read and checked; see backshift-repository(5), "Directory".</summary>
internal sealed class PackDirectory
{
    // Digests in a directory are what its writer says. Drawn anew in each process, these keep him from choosing ones that all fall on one place of the table.
    private static readonly ulong[] Seeds = [RandomOdd(), RandomOdd(), RandomOdd()];

    private readonly byte[] bytes;
    private readonly int sizesOffset;
    private readonly int digestsOffset;
    private readonly int prefixesOffset;
    private readonly int[] firstSlots;
    private readonly int[] firstPrefixes;
    private int[]? table;

    private PackDirectory(ObjectName name, bool holdsNodes, byte[] bytes, int blocks, int chunks, int prefixes)
    {
        Name = name;
        HoldsNodes = holdsNodes;
        this.bytes = bytes;
        BlockCount = blocks;
        ChunkCount = chunks;
        PrefixCount = prefixes;
        sizesOffset = blocks * PackLimits.BlockRecord;
        digestsOffset = sizesOffset + (chunks * PackLimits.SizeRecord);
        prefixesOffset = digestsOffset + (chunks * Digest.Size);
        firstSlots = new int[blocks + 1];
        firstPrefixes = new int[blocks + 1];
    }

    internal ObjectName Name { get; }

    /// <summary>Whether the chunks are nodes of trees and lists.</summary>
    internal bool HoldsNodes { get; }

    internal int BlockCount { get; }

    internal int ChunkCount { get; }

    internal int PrefixCount { get; }

    /// <summary>What it takes in memory, in bytes.</summary>
    internal int Footprint => bytes.Length + (8 * BlockCount) + (8 * ChunkCount);

    /// <summary>Reads and checks the directory of an open pack.</summary>
    /// <exception cref="BackshiftException">The pack is damaged.</exception>
    internal static PackDirectory Read(UnixFile file, ObjectName name)
    {
        string what = $"pack {name}";
        Span<byte> header = stackalloc byte[ObjectHeader.Size];
        Span<byte> trailer = stackalloc byte[PackLimits.TrailerSize];
        long size = FileStatus.Of(file).Size;
        if (size < ObjectHeader.Size + PackLimits.TrailerSize || file.ReadAt(header, 0) != header.Length || file.ReadAt(trailer, size - trailer.Length) != trailer.Length)
        {
            throw Damaged(what, "is cut short");
        }

        ObjectHeader read = ObjectHeader.Read(header, ObjectType.Pack, what);
        if (read.Name != name)
        {
            throw Damaged(what, $"says that its name is {read.Name}");
        }

        long offset = BinaryPrimitives.ReadInt64LittleEndian(trailer);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(trailer[8..]);
        uint blocks = BinaryPrimitives.ReadUInt32LittleEndian(trailer[12..]);
        uint chunks = BinaryPrimitives.ReadUInt32LittleEndian(trailer[16..]);
        uint prefixes = BinaryPrimitives.ReadUInt32LittleEndian(trailer[20..]);
        if (blocks > PackLimits.Blocks || chunks > PackLimits.Chunks || prefixes > PackLimits.Prefixes
            || length != (blocks * PackLimits.BlockRecord) + (chunks * (PackLimits.SizeRecord + Digest.Size)) + (prefixes * Digest.Size)
            || offset < ObjectHeader.Size || offset != size - PackLimits.TrailerSize - length)
        {
            throw Damaged(what, "its trailer is inconsistent");
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
        if (file.ReadAt(bytes, offset) != bytes.Length)
        {
            throw Damaged(what, "is cut short");
        }

        Span<byte> checksum = stackalloc byte[Sha256.HashSizeInBytes];
        Checksum(header, bytes, trailer, checksum);
        if (!checksum.SequenceEqual(trailer[PackLimits.TrailerChecksum..]))
        {
            throw Damaged(what, "its directory does not match its checksum");
        }

        PackDirectory directory = new(name, (read.Flags & PackLimits.HoldsNodes) != 0, bytes, (int)blocks, (int)chunks, (int)prefixes);
        directory.CheckBlocks(offset);
        return directory;
    }

    /// <summary>The checksum in a trailer.</summary>
    internal static void Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> directory, ReadOnlySpan<byte> trailer, Span<byte> checksum)
    {
        Sha256 hash = new();
        hash.AppendData(header);
        hash.AppendData(directory);
        hash.AppendData(trailer[..PackLimits.TrailerChecksum]);
        hash.GetHashAndReset(checksum);
    }

    internal BlockRecord Block(int number) => BlockRecord.Read(bytes.AsSpan(number * PackLimits.BlockRecord, PackLimits.BlockRecord));

    /// <summary>The slot of the first chunk of a block; for the number behind the last block, the number of chunks.</summary>
    internal int FirstSlot(int block) => firstSlots[block];

    internal Digest DigestAt(int slot) => new(bytes.AsSpan(digestsOffset + (slot * Digest.Size), Digest.Size));

    internal int SizeAt(int slot)
    {
        ReadOnlySpan<byte> size = bytes.AsSpan(sizesOffset + (slot * PackLimits.SizeRecord), PackLimits.SizeRecord);
        return size[0] | (size[1] << 8) | (size[2] << 16);
    }

    /// <summary>The digest of a block's prefix.</summary>
    internal Digest PrefixAt(int block, int number) => new(bytes.AsSpan(prefixesOffset + ((firstPrefixes[block] + number) * Digest.Size), Digest.Size));

    /// <summary>The block that a slot lies in.</summary>
    internal int BlockOf(int slot)
    {
        int found = Array.BinarySearch(firstSlots, slot);
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>The slot of a chunk, or −1.</summary>
    internal int Find(Digest digest)
    {
        table ??= BuildTable();
        int mask = table.Length - 1;
        for (int i = HashOf(digest) & mask; table[i] != 0; i = (i + 1) & mask)
        {
            int slot = table[i] - 1;
            if (DigestAt(slot) == digest)
            {
                return slot;
            }
        }

        return -1;
    }

    private int[] BuildTable()
    {
        int[] slots = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, ChunkCount * 3 / 2))];
        int mask = slots.Length - 1;
        for (int slot = 0; slot < ChunkCount; slot++)
        {
            Digest digest = DigestAt(slot);
            int i = HashOf(digest) & mask;
            while (slots[i] != 0 && DigestAt(slots[i] - 1) != digest)
            {
                i = (i + 1) & mask;
            }

            // Of equal ones the first is found here, the others by the index.
            slots[i] = slots[i] == 0 ? slot + 1 : slots[i];
        }

        return slots;
    }

    private static int HashOf(Digest digest) => digest.HashWith(Seeds);

    private static ulong RandomOdd()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomBytes.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes) | 1;
    }

    private void CheckBlocks(long end)
    {
        string what = $"pack {Name}";
        int slot = 0, prefix = 0;
        for (int block = 0; block < BlockCount; block++)
        {
            BlockRecord record = Block(block);
            firstSlots[block] = slot;
            firstPrefixes[block] = prefix;
            if (record.Stored is < 0 or > PackLimits.Stored || record.Content is < 0 or > PackLimits.Content || record.Chunks < 1 || record.Chunks > ChunkCount - slot
                || record.Offset < ObjectHeader.Size || record.Offset > end - record.Stored || record.Depth > PackLimits.Depth || record.Prefixes > PrefixCount - prefix
                || (record.Codec <= Codec.ZstdWithPrefix && (record.Codec == Codec.ZstdWithPrefix) != (record.Prefixes > 0)))
            {
                throw Damaged(what, $"block {block} is inconsistent");
            }

            long content = 0;
            for (int i = 0; i < record.Chunks; i++)
            {
                int size = SizeAt(slot + i);
                if (size == 0)
                {
                    throw Damaged(what, $"chunk {slot + i} has no length");
                }

                content += size;
            }

            if (content != record.Content)
            {
                throw Damaged(what, $"the chunks of block {block} are {content} bytes long, not {record.Content}");
            }

            slot += record.Chunks;
            prefix += record.Prefixes;
        }

        if (slot != ChunkCount || prefix != PrefixCount)
        {
            throw Damaged(what, "its blocks do not name all its chunks");
        }

        firstSlots[BlockCount] = slot;
        firstPrefixes[BlockCount] = prefix;
    }

    internal static BackshiftException Damaged(string what, string how) => new(ExitCode.DataError, $"{what}: {how}");
}
