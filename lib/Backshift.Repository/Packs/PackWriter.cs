using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Parity;

namespace Backshift.Repository.Packs;

/// <summary>Writes one pack: blocks as they come, then the directory. It is visible only once it was published.</summary>
internal sealed class PackWriter : IDisposable
{
    private readonly IObjectDraft draft;
    private readonly byte[] header = new byte[ObjectHeader.Size];
    private readonly List<BlockRecord> blocks = [];
    private readonly List<Digest> digests = [];
    private readonly List<int> sizes = [];
    private readonly List<Digest> prefixes = [];
    private int listedBlocks, listedChunks, listedPrefixes;
    private long listedBytes;
    private long directoryOffset;
    private readonly bool holdsNodes;

    /// <exception cref="StoreException">It cannot be made.</exception>
    internal PackWriter(RepositoryDirectory repository, bool holdsNodes)
    {
        Name = ObjectName.Random();
        draft = repository.Store.Create(ObjectType.Pack);
        this.holdsNodes = holdsNodes;
        new ObjectHeader(ObjectType.Pack, holdsNodes ? PackLimits.HoldsNodes : (byte)0, Name).CopyTo(header);
        draft.Write(header);
    }

    internal ObjectName Name { get; }

    /// <summary>Bytes written so far.</summary>
    internal long Length => draft.Length;

    /// <summary>Stored bytes of all blocks so far.</summary>
    internal long BlockBytes { get; private set; }

    internal int ChunkCount => digests.Count;

    /// <summary>The host that the pack is written for, see <see cref="PackOrigin"/>.</summary>
    internal ulong Origin { get; set; }

    /// <summary>Whether another pack is complete at the same time, and is handed over next.</summary>
    internal bool IsFollowed { get; set; }

    /// <summary>Packs of other writers that hold everything in this one.</summary>
    internal HashSet<ObjectName> Holders { get; } = [];

    /// <summary>Whether it was not published, since others have published all that it holds.</summary>
    internal bool IsHeldByOthers { get; set; }

    internal Digest DigestAt(int slot) => digests[slot];

    /// <summary>Whether a block still has room in the tables.</summary>
    internal bool HasRoomFor(PackedBlock block) =>
        blocks.Count < PackLimits.Blocks && digests.Count + block.Count <= PackLimits.Chunks && prefixes.Count + block.Prefixes.Count <= PackLimits.Prefixes;

    /// <summary>Appends a compressed block.</summary>
    /// <exception cref="StoreException">It cannot be written.</exception>
    internal void Append(PackedBlock block)
    {
        ReadOnlySpan<byte> stored = block.Stored;
        blocks.Add(new BlockRecord(
            draft.Length, stored.Length, block.Length, block.Crc, block.Count, block.Codec, block.Depth, (ushort)block.Prefixes.Count, block.Effort));
        prefixes.AddRange(block.Prefixes);
        for (int i = 0; i < block.Count; i++)
        {
            digests.Add(block.DigestAt(i));
            sizes.Add(block.SizeAt(i));
        }

        draft.Write(stored);
        BlockBytes += stored.Length;
        if (BlockBytes - listedBytes >= PackLimits.ListEvery)
        {
            WriteList();
        }
    }

    /// <summary>Writes a list of the blocks that are in none yet into the gap after them. It finds them if the directory is lost.</summary>
    private void WriteList()
    {
        if (listedBlocks == blocks.Count)
        {
            return;
        }

        byte[] body = BlockList.Encode(
            CollectionsMarshal.AsSpan(blocks)[listedBlocks..], CollectionsMarshal.AsSpan(sizes)[listedChunks..],
            CollectionsMarshal.AsSpan(digests)[listedChunks..],
            CollectionsMarshal.AsSpan(prefixes)[listedPrefixes..]);
        Span<byte> head = stackalloc byte[GapRecord.HeadSize];
        GapRecord.WriteHead(GapRecord.BlockList, body, head);
        draft.Write(head);
        draft.Write(body);
        (listedBlocks, listedChunks, listedPrefixes, listedBytes) = (blocks.Count, digests.Count, prefixes.Count, BlockBytes);
    }

    /// <summary>Writes the directory and the trailer.</summary>
    /// <exception cref="StoreException">They cannot be written.</exception>
    internal void Seal()
    {
        WriteList();
        int length = PackLimits.Counts + (blocks.Count * PackLimits.BlockRecord) + (digests.Count * (PackLimits.SizeRecord + Digest.Size))
            + (prefixes.Count * Digest.Size);
        FillUp(length + PackLimits.TrailerSize);
        Span<byte> trailer = stackalloc byte[PackLimits.TrailerSize];
        trailer.Clear();
        directoryOffset = draft.Length;
        BinaryPrimitives.WriteInt64LittleEndian(trailer, directoryOffset);
        BinaryPrimitives.WriteInt32LittleEndian(trailer[8..], length);
        BinaryPrimitives.WriteUInt64BigEndian(trailer[PackLimits.TrailerWriter..], Origin);
        Span<byte> counts = stackalloc byte[PackLimits.Counts];
        counts.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(counts, blocks.Count);
        BinaryPrimitives.WriteInt32LittleEndian(counts[4..], digests.Count);
        BinaryPrimitives.WriteInt32LittleEndian(counts[8..], prefixes.Count);

        Sha256 hash = new();
        hash.AppendData(header);
        hash.AppendData(counts);
        draft.Write(counts);
        WriteTable(hash, blocks, PackLimits.BlockRecord, static (block, target) => block.CopyTo(target));
        WriteTable(hash, sizes, PackLimits.SizeRecord, PackLimits.WriteSize);
        WriteTable(hash, digests, Digest.Size, static (digest, target) => digest.CopyTo(target));
        WriteTable(hash, prefixes, Digest.Size, static (digest, target) => digest.CopyTo(target));
        hash.AppendData(trailer[..PackLimits.TrailerChecksum]);
        hash.GetHashAndReset(trailer[PackLimits.TrailerChecksum..]);
        draft.Write(trailer);
    }

    /// <summary>Where lengths are hidden, fills the pack up before its directory, so that this stays at the end of the file.</summary>
    /// <param name="rest">Length of what is still to be written.</param>
    private void FillUp(int rest)
    {
        long zeros = draft.Filling(draft.Length + rest) - GapRecord.HeadSize;
        Span<byte> head = stackalloc byte[GapRecord.HeadSize];
        while (zeros >= 0)
        {
            byte[] body = new byte[Math.Min(zeros, GapRecord.BodyLimit)];
            GapRecord.WriteHead(GapRecord.Filling, body, head);
            draft.Write(head);
            draft.Write(body);
            zeros -= body.Length + GapRecord.HeadSize;
        }
    }

    private delegate void CopyTo<T>(T item, Span<byte> target);

    /// <summary>Writes a table in pieces: in one piece, the table of a pack of small files would be one of the largest arrays of the process.</summary>
    private void WriteTable<T>(Sha256 hash, List<T> items, int size, CopyTo<T> copy)
    {
        const int PieceItems = 1024;
        Span<byte> piece = new byte[PieceItems * size];
        for (int first = 0; first < items.Count; first += PieceItems)
        {
            int count = Math.Min(PieceItems, items.Count - first);
            for (int i = 0; i < count; i++)
            {
                copy(items[first + i], piece[(i * size)..]);
            }

            hash.AppendData(piece[..(count * size)]);
            draft.Write(piece[..(count * size)]);
        }
    }

    /// <summary>Makes the sealed pack durable and visible, once the reader's code has accepted the directory that was written.</summary>
    /// <param name="verification">Verifies its blocks too; null for the directory alone.</param>
    /// <exception cref="StoreException">It cannot be made durable.</exception>
    /// <exception cref="BackshiftException">No reader would accept it: it is not published.</exception>
    internal void Publish(PackVerification? verification = null)
    {
        try
        {
            PackDirectory directory = PackDirectory.Read(draft, tail: [], Name);
            if ((directory.FaultOfHeader(draft) ?? verification?.FaultOf(draft, directory)) is { } fault)
            {
                throw PackDirectory.Damaged($"pack {Name}", fault);
            }
        }
        catch (BackshiftException e) when (e is not StoreException)
        {
            throw new BackshiftException(e.Code, $"{e.Message}, just after it was written; it is not published",
                "test the memory and the disk of this machine, and save again", e);
        }

        if (!draft.TryPublish(ObjectPath.Pack(Name)))
        {
            throw StoreException.NameTwice($"pack {Name}");
        }
    }

    /// <summary>Publishes parity of the pack, which was published.</summary>
    /// <param name="store">Where the pack is.</param>
    /// <param name="percent">Its size in percent of the pack.</param>
    /// <exception cref="StoreException">It cannot be written.</exception>
    internal void PublishParity(IObjectStore store, int percent) => new ParityWriter(draft.AsStored(), Name, percent).Publish(store, CancellationToken.None);

    /// <summary>Keeps a copy of what the writer needs of the pack, which was published: its nodes, and the names of its chunks.</summary>
    /// <param name="copies">Takes it.</param>
    /// <exception cref="BackshiftException">It cannot be kept.</exception>
    internal void Keep(IOwnCopies copies) => copies.Keep(ObjectPath.Pack(Name), draft, holdsNodes ? 0 : directoryOffset);

    public void Dispose() => draft.Dispose();
}
