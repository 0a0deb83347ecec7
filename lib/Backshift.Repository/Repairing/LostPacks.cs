using System.IO.Hashing;
using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Codecs;
using Backshift.Repository.Configuration;
using Backshift.Repository.Marking;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Repairing;

/// <summary>
/// Copies chunks out of packs that cannot be opened, by the lists of blocks in their gaps; see backshift-repository(5), "Salvage". A chunk is stored under the
/// digest of the bytes that were found, so it needs no other proof. Deltas come after what they are made against, which may be in another such pack.
/// </summary>
internal sealed class LostPacks : IDisposable
{
    private readonly RepositoryDirectory repository;
    private readonly ChunkStore store;
    private readonly ChunkReader reader;
    private readonly CancellationToken cancel;
    private readonly BlockCodec codec = new();
    private readonly bool[] depths = new bool[PackLimits.Depth + 1];

    /// <param name="repository">Where the packs are.</param>
    /// <param name="store">Takes what is copied.</param>
    /// <param name="reader">Reads what deltas are made against, by the finder of the store.</param>
    /// <param name="cancel">Ends it between two blocks.</param>
    internal LostPacks(RepositoryDirectory repository, ChunkStore store, ChunkReader reader, CancellationToken cancel)
    {
        this.repository = repository;
        this.store = store;
        this.reader = reader;
        this.cancel = cancel;
    }

    /// <summary>Chunks that were copied.</summary>
    internal long Chunks { get; private set; }

    /// <summary>Copies everything that is not stored elsewhere, whether it is needed or not: what is needed may be known only by a node among it.</summary>
    /// <exception cref="StoreException">What is copied cannot be written.</exception>
    internal void Salvage(IReadOnlyCollection<ObjectName> packs)
    {
        depths[0] = true;
        for (int depth = 0; depth < depths.Length && packs.Count > 0; depth++)
        {
            if (!depths[depth])
            {
                continue;
            }

            long before = Chunks;
            foreach (ObjectName pack in packs)
            {
                Salvage(pack, depth);
            }

            if (Chunks > before)
            {
                // From now on the next ones find it.
                store.Publish();
            }
        }
    }

    private void Salvage(ObjectName name, int depth)
    {
        using IStoredObject? pack = Reading(() => repository.Store.TryOpen(ObjectPath.Pack(name), ObjectEnd.Tail, [], out _));
        if (pack is null)
        {
            return;
        }

        bool isNodes = Reading(() => HoldsNodes(pack));
        using IEnumerator<BlockList> lists = PackSalvage.Lists(pack).GetEnumerator();
        while (Reading(lists.MoveNext))
        {
            BlockList list = lists.Current;
            int position = 0, prefix = 0;
            for (int number = 0; number < list.BlockCount; number++)
            {
                cancel.ThrowIfCancellationRequested();
                BlockRecord block = list.Block(number);
                depths[block.Depth] = true;
                if (block.Depth == depth)
                {
                    Salvage(pack, list, block, position, prefix, isNodes);
                }

                position += block.Chunks;
                prefix += block.Prefixes;
            }
        }
    }

    /// <summary>Copies what a block has and is nowhere else.</summary>
    private void Salvage(IStoredObject pack, BlockList list, BlockRecord block, int position, int prefix, bool isNodes)
    {
        byte[] stored = new byte[block.Stored];
        if (Reading(() => pack.ReadAt(stored, block.Offset)) != stored.Length || TryReadPrefix(list, block, prefix) is not { } before)
        {
            return;
        }

        byte[] content = new byte[block.Content];
        if (codec.TryDecompress(block.Codec, stored, before.Content, content) is not null)
        {
            return;
        }

        Digest[] digests = new Digest[block.Chunks];
        int[] sizes = new int[block.Chunks];
        bool[] isWanted = new bool[block.Chunks];
        int offset = 0, wanted = 0;
        bool isWhole = true;
        for (int i = 0; i < digests.Length; offset += sizes[i], i++)
        {
            sizes[i] = list.SizeAt(position + i);
            digests[i] = repository.Config.Naming.Of(content.AsSpan(offset, sizes[i]));
            bool isSound = digests[i].Prefix == list.KeyAt(position + i);
            isWhole &= isSound;
            isWanted[i] = isSound && !store.Stored.HoldsSound(digests[i], block.Depth + 1);
            wanted += isWanted[i] ? sizes[i] : 0;
        }

        Chunks += isWanted.Count(static wanted => wanted);
        if (isWhole && wanted > 0 && PackEmptying.IsWhole(block, wanted))
        {
            store.Copy(new SalvagedBlock(block, digests, sizes, before.Digests, stored, Crc32.HashToUInt32(stored)), isNodes);
            return;
        }

        offset = 0;
        for (int i = 0; i < digests.Length; offset += sizes[i], i++)
        {
            if (isWanted[i])
            {
                store.Copy(digests[i], content.AsSpan(offset, sizes[i]), isNodes);
            }
        }
    }

    /// <summary>What a block is a delta against: chunks whose digests begin as the list says. Whether they are the right ones is seen by what they
    /// make.</summary>
    /// <returns>Null if one cannot be read, now.</returns>
    private (Digest[] Digests, byte[] Content)? TryReadPrefix(BlockList list, BlockRecord block, int first)
    {
        Digest[] digests = new Digest[block.Prefixes];
        using MemoryStream content = new();
        for (int i = 0; i < digests.Length; i++)
        {
            if (store.Finder.FindBeginning(list.PrefixAt(first + i), block.Depth) is not { } digest)
            {
                return null;
            }

            try
            {
                ReadOnlyMemory<byte> chunk = reader.Read(digest);
                if (chunk.Length > PackLimits.Content - content.Length)
                {
                    return null;
                }

                digests[i] = digest;
                content.Write(chunk.Span);
            }
            catch (BackshiftException e) when (e is not StoreException)
            {
                return null;
            }
        }

        return (digests, content.ToArray());
    }

    private static bool HoldsNodes(IStoredObject pack)
    {
        Span<byte> header = stackalloc byte[ObjectHeader.Size];
        return pack.ReadAt(header, 0) == header.Length && header.StartsWith(ObjectHeader.Magic)
            && (ObjectHeader.Read(header, ObjectType.Pack, "pack").Flags & PackLimits.HoldsNodes) != 0;
    }

    /// <summary>What something returns that reads such a pack; nothing if it cannot be read there, which the check has reported.</summary>
    private static T? Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (BackshiftException)
        {
            return default;
        }
    }

    public void Dispose() => codec.Dispose();
}
