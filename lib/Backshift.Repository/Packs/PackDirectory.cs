using System.Buffers.Binary;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Repository.Packs;

/// <summary>The table of contents of a pack, read and checked; see backshift-repository(5), "Directory".</summary>
internal sealed class PackDirectory
{
    // The writer of a pack chooses the digests in its directory. These seeds, new in each process, keep a hostile one from making them all collide.
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
        sizesOffset = PackLimits.Counts + (blocks * PackLimits.BlockRecord);
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

    private bool HeaderWasRead { get; init; }

    /// <summary>How long it is, in bytes.</summary>
    internal int Length => bytes.Length;

    /// <summary>What it takes in memory, in bytes.</summary>
    internal int Footprint => bytes.Length + (8 * BlockCount) + (8 * ChunkCount);

    /// <summary>Reads and checks the directory of an open pack, in one more request at the most.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="tail">Its last bytes, as many as were read already; they may be none.</param>
    /// <param name="name">Its name.</param>
    /// <remarks>
    /// The header follows from the name and the flags, and the checksum covers it. So it is read only if neither value of the flag fits: then it
    /// tells a pack of another version or sealing from one that is damaged.
    /// </remarks>
    /// <exception cref="BackshiftException">The pack is damaged.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    internal static PackDirectory Read(IStoredObject pack, ReadOnlySpan<byte> tail, ObjectName name)
    {
        string what = $"pack {name}";
        Span<byte> trailer = stackalloc byte[PackLimits.TrailerSize];
        Span<byte> header = stackalloc byte[ObjectHeader.Size];
        long size = pack.Length;
        if (size < ObjectHeader.Size + PackLimits.TrailerSize
            || (tail.IsEmpty ? pack.ReadAt(trailer, size - trailer.Length) != trailer.Length : tail.Length < Math.Min(size, PackLimits.UsualTail)))
        {
            throw Damaged(what, "is cut short");
        }

        scoped ReadOnlySpan<byte> last = tail.IsEmpty ? trailer : tail;
        last[^trailer.Length..].CopyTo(trailer);
        long offset = BinaryPrimitives.ReadInt64LittleEndian(trailer);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(trailer[8..]);
        if (length is < PackLimits.Counts or > PackLimits.Directory || offset < ObjectHeader.Size || offset != size - PackLimits.TrailerSize - length)
        {
            ReadHeader(pack, last, header, what, name);
            throw Damaged(what, "its trailer is inconsistent");
        }

        // The part of it that the tail has is at the end of both.
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
        scoped ReadOnlySpan<byte> known = last[..^trailer.Length];
        known = known[^Math.Min(known.Length, bytes.Length)..];
        known.CopyTo(bytes.AsSpan(bytes.Length - known.Length));
        Span<byte> rest = bytes.AsSpan(0, bytes.Length - known.Length);
        if (!rest.IsEmpty && pack.ReadKept(rest, offset) != rest.Length)
        {
            throw Damaged(what, "is cut short");
        }

        bool isGuessed = TryGuessHeader(pack, last, bytes, trailer, header, name);
        if (!isGuessed)
        {
            ReadHeader(pack, last, header, what, name);
            if (!Matches(header, bytes, trailer))
            {
                throw Damaged(what, "its directory does not match its checksum");
            }
        }

        uint blocks = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        uint chunks = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4));
        uint prefixes = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8));
        uint sketch = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(12));
        if (blocks > PackLimits.Blocks || chunks > PackLimits.Chunks || prefixes > PackLimits.Prefixes || sketch > PackLimits.Sketch
            || length != PackLimits.Counts + (blocks * PackLimits.BlockRecord) + (chunks * (PackLimits.SizeRecord + Digest.Size + sketch))
                + (prefixes * Digest.Size))
        {
            throw Damaged(what, "its directory is inconsistent");
        }

        byte flags = ObjectHeader.Read(header, ObjectType.Pack, what).Flags;
        PackDirectory directory =
            new(name, (flags & PackLimits.HoldsNodes) != 0, bytes, (int)blocks, (int)chunks, (int)prefixes) { HeaderWasRead = !isGuessed };
        directory.CheckBlocks(offset);
        return directory;
    }

    /// <summary>Verifies the header of a pack whose directory was read without it. Readers do not need it; a check does.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    /// <exception cref="StoreException">It cannot be read.</exception>
    internal string? FaultOfHeader(IStoredObject pack)
    {
        if (HeaderWasRead)
        {
            return null;
        }

        Span<byte> header = stackalloc byte[ObjectHeader.Size];
        Span<byte> expected = stackalloc byte[ObjectHeader.Size];
        new ObjectHeader(ObjectType.Pack, HoldsNodes ? PackLimits.HoldsNodes : (byte)0, Name).CopyTo(expected);
        return pack.ReadAt(header, 0) != header.Length ? "is cut short"
            : !header.SequenceEqual(expected) ? "its header is not the one that its checksum covers"
            : null;
    }

    /// <summary>Finds the header that the checksum covers among the two that this program knows. One that was read with the tail is not guessed.</summary>
    private static bool TryGuessHeader(
        IStoredObject pack, ReadOnlySpan<byte> tail, ReadOnlySpan<byte> directory, ReadOnlySpan<byte> trailer, Span<byte> header, ObjectName name)
    {
        if (tail.Length == pack.Length)
        {
            return false;
        }

        foreach (byte flags in (ReadOnlySpan<byte>)[0, PackLimits.HoldsNodes])
        {
            new ObjectHeader(ObjectType.Pack, flags, name).CopyTo(header);
            if (Matches(header, directory, trailer))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Matches(ReadOnlySpan<byte> header, ReadOnlySpan<byte> directory, ReadOnlySpan<byte> trailer)
    {
        Span<byte> checksum = stackalloc byte[Sha256.HashSizeInBytes];
        Checksum(header, directory, trailer, checksum);
        return checksum.SequenceEqual(trailer[PackLimits.TrailerChecksum..]);
    }

    private static void ReadHeader(IStoredObject pack, ReadOnlySpan<byte> tail, Span<byte> header, string what, ObjectName name)
    {
        if (tail.Length == pack.Length)
        {
            tail[..header.Length].CopyTo(header);
        }
        else if (pack.ReadAt(header, 0) != header.Length)
        {
            throw Damaged(what, "is cut short");
        }

        ObjectHeader read = ObjectHeader.Read(header, ObjectType.Pack, what);
        if (read.Name != name)
        {
            throw Damaged(what, $"says that its name is {read.Name}");
        }
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

    internal BlockRecord Block(int number) => BlockRecord.Read(bytes.AsSpan(PackLimits.Counts + (number * PackLimits.BlockRecord), PackLimits.BlockRecord));

    /// <summary>The slot of the first chunk of a block; for the number after that of the last block, the number of chunks.</summary>
    internal int FirstSlot(int block) => firstSlots[block];

    internal Digest DigestAt(int slot) => new(bytes.AsSpan(digestsOffset + (slot * Digest.Size), Digest.Size));

    internal int SizeAt(int slot) => PackLimits.ReadSize(bytes.AsSpan(sizesOffset + (slot * PackLimits.SizeRecord), PackLimits.SizeRecord));

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
            if (!PackLimits.Allow(record, end) || record.Chunks > ChunkCount - slot || record.Prefixes > PrefixCount - prefix)
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
