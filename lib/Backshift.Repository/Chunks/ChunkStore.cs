using System.Buffers;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Indexes;
using Backshift.Repository.Intents;
using Backshift.Repository.Packs;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Chunks;

/// <summary>Takes chunks, keeps those that the repository does not have yet. For use by one thread.</summary>
public sealed class ChunkStore : IDisposable
{
    private const long EarlierBlocks = 6 << 20;
    private const long EarlierContents = 8 << 20;  // more while deltas need it, see ChunkReader
    private const int DeltasAhead = 16;

    // Every new chunk is looked up in the index, so its runs must stay few within a long save too.
    private const int ManyRuns = 32;

    private readonly RepositoryDirectory repository;
    private readonly Action<BackshiftException> warn;
    private readonly ChunkFinder finder;
    private readonly StoredChunks stored;
    private readonly BlockAssembler contents;
    private readonly BlockAssembler nodes;
    private readonly PackPublisher publisher;
    private readonly Lazy<ChunkReader> earlier;
    private readonly Lazy<ChunkReader> earlierContents;
    private readonly DeltaQueue contentDeltas;
    private readonly DeltaQueue nodeDeltas;
    private readonly UnindexedPacks fresh;
    private readonly bool indexesAhead;
    private OwnIntent? ownIntent;
    private bool isUntidy;
    private bool isFollowed;
    private ulong origin;
    private long heldByOthers;

    private ChunkStore(
        RepositoryDirectory repository, WorkerPool workers, Action<BackshiftException> warn, OwnIntent intent, IReadOnlySet<ObjectName> condemned,
            UnixTime? notBefore, ChunkFinder finder, OtherPacks? others, bool verifies, BlockForm form)
    {
        this.repository = repository;
        Intent = intent;
        this.warn = warn;
        this.finder = finder;
        Condemned = condemned;
        stored = new StoredChunks(finder, condemned, warn) { NotBefore = notBefore };
        earlier = new Lazy<ChunkReader>(() => new ChunkReader(finder, null, capacity: EarlierBlocks));
        publisher = new PackPublisher(repository, warn, others, verifies ? new PackVerification(repository.Config.Naming) : null);
        fresh = new UnindexedPacks(repository, publisher);
        indexesAhead = others is not null;
        finder.IsOwn = indexesAhead ? fresh.Contains : null;
        contents = new BlockAssembler(repository, workers, form, nodes: false, Seal);
        nodes = new BlockAssembler(repository, workers, BlockForm.Of(repository.Config), nodes: true, Seal);
        earlierContents = new Lazy<ChunkReader>(() => new ChunkReader(finder, workers, capacity: EarlierContents, checksLate: true));
        contentDeltas = new DeltaQueue(stored, () => earlierContents.Value, repository.Config.Codec, contents, DeltasAhead, verifies);
        nodeDeltas = new DeltaQueue(stored, () => earlier.Value, repository.Config.Codec, nodes, most: 0, verifies);
    }

    /// <summary>
    /// Opens the repository's index for a writer: announces that it relies on what is there, takes in packs that no run names, removes what killed writers
    /// left.
    /// </summary>
    /// <param name="repository">The repository; not closed with the store.</param>
    /// <param name="workers">The threads that compress; not closed with the store.</param>
    /// <param name="warn">Receives objects that cannot be used. Their chunks are stored again when they come along.</param>
    /// <param name="verifies">Whether everything that is written is read back and decompressed before it is published.</param>
    /// <exception cref="BackshiftException">This program must not write to the repository.</exception>
    /// <exception cref="StoreException">It cannot be written to.</exception>
    public static ChunkStore Open(RepositoryDirectory repository, WorkerPool workers, Action<BackshiftException> warn, bool verifies = false)
    {
        repository.PrepareForWriting();
        OwnIntent? intent = OwnIntent.Announce(repository, IntentKind.Save);
        try
        {
            Housekeeping.Do("leftovers of killed writers cannot be deleted", warn, repository.Store.Sweep);
            List<ObjectName> lists = [];
            IReadOnlySet<ObjectName> condemned = CondemnedPacks.Read(repository, warn, lists);
            intent.Honour(lists);
            ChunkStore store = Open(repository, workers, warn, intent, condemned, verifies: verifies);
            store.ownIntent = intent;
            intent = null;
            return store;
        }
        finally
        {
            intent?.Dispose();
        }
    }

    /// <summary>Opens the index for somebody who has announced himself, and who has read the condemned lists.</summary>
    /// <param name="repository">The repository; not closed with the store.</param>
    /// <param name="workers">The threads that compress; not closed with the store.</param>
    /// <param name="warn">Is told of objects that cannot be used.</param>
    /// <param name="intent">His intent; not closed with the store.</param>
    /// <param name="condemned">Packs whose chunks do not count as stored.</param>
    /// <param name="verifies">Whether everything that is written is read back and decompressed before it is published.</param>
    /// <param name="heals">Whether packs whose directory is damaged are opened with the help of parity: to copy out of them.</param>
    /// <param name="form">What blocks are made of contents; null for those of the configuration.</param>
    /// <param name="publishesAll">Whether also what others have published meanwhile is published: a collector relies only on what it has written.</param>
    internal static ChunkStore Open(
        RepositoryDirectory repository, WorkerPool workers, Action<BackshiftException> warn, OwnIntent intent, IReadOnlySet<ObjectName> condemned,
            bool publishesAll = false, bool verifies = false, bool heals = false, BlockForm? form = null)
    {
        ChunkFinder finder = new(repository, warn, isReader: false, heals: heals);
        HashSet<ObjectName> known = [];
        IOwnCopies? copies = repository.Store.Copies;
        copies?.Warn = warn;
        if (!Housekeeping.Do(copies, "packs that are missing from the index cannot be added to it", warn,
            () => StrayPacks.Adopt(repository, finder.Runs, warn, known)))
        {
            // Their chunks are known all the same.
            finder.Renew();
        }

        UnixTime? notBefore = repository.Lag.NotBefore();
        OtherPacks? others = publishesAll ? null : new OtherPacks(repository, known, condemned, notBefore);
        return new ChunkStore(repository, workers, warn, intent, condemned, notBefore, finder, others, verifies, form ?? BlockForm.Of(repository.Config));
    }

    /// <summary>What this writer has announced.</summary>
    internal OwnIntent Intent { get; }

    /// <summary>The host for which chunks are stored from now on; their packs record it.</summary>
    internal string Host
    {
        set => origin = PackOrigin.Of(value);
    }

    /// <summary>Bytes of chunks that were new, before compression.</summary>
    public long NewBytes { get; private set; }

    /// <summary>Number of chunks that were new.</summary>
    public long NewChunks { get; private set; }

    /// <summary>Bytes of blocks that were written, as stored.</summary>
    public long StoredBytes => contents.StoredBytes + nodes.StoredBytes - heldByOthers;

    /// <summary>Stores a chunk of a file unless the repository has it, and has it sound as far as its checksums tell.</summary>
    /// <param name="digest">The digest of <paramref name="bytes"/>, computed or verified by the caller.</param>
    /// <param name="bytes">The content; copied.</param>
    /// <returns>Whether it was new.</returns>
    /// <exception cref="StoreException">It cannot be written.</exception>
    public bool Add(Digest digest, ReadOnlySpan<byte> bytes) => Add(contents, digest, bytes, null);

    /// <summary>Stores a chunk of a file unless the repository has it, as a delta against earlier chunks if that is clearly smaller.</summary>
    /// <param name="digest">The digest of <paramref name="bytes"/>, computed or verified by the caller.</param>
    /// <param name="bytes">The content; copied.</param>
    /// <param name="ancestors">Names the chunks that this one is likely to resemble; asked only if it is new. It may name none.</param>
    /// <returns>Whether it was new.</returns>
    /// <exception cref="StoreException">It cannot be written.</exception>
    internal bool Add(Digest digest, ReadOnlySpan<byte> bytes, Func<IReadOnlyList<Digest>>? ancestors) => Add(contents, digest, bytes, ancestors);

    /// <summary>Stores a node of a tree or list.</summary>
    /// <param name="bytes">The node; copied.</param>
    /// <param name="ancestors">Names the nodes that this one is likely to resemble; asked only if it is new.</param>
    /// <returns>Its digest.</returns>
    /// <exception cref="StoreException">It cannot be written.</exception>
    internal Digest AddNode(ReadOnlySpan<byte> bytes, Func<IReadOnlyList<Digest>>? ancestors = null)
    {
        Digest digest = repository.Config.Naming.Of(bytes);
        Add(nodes, digest, bytes, ancestors);
        return digest;
    }

    /// <summary>Packs whose chunks do not count as stored: those that were condemned when this store was opened.</summary>
    internal IReadOnlySet<ObjectName> Condemned { get; }

    /// <summary>Bytes of blocks that were read to verify chunks before new data is deduplicated against them.</summary>
    internal long VerifiedBytes => stored.BytesVerified;

    /// <summary>Reads chunks that were stored before this store was opened: nodes of bases.</summary>
    internal ChunkReader Earlier => earlier.Value;

    /// <summary>
    /// Whether a chunk of this digest and length counts as stored; see <see cref="StoredChunks"/>. Its content is not looked at. For references, which another
    /// program made with a view of the repository that may be newer than ours: then ours is renewed, if something was <see cref="Received"/> since it was last.
    /// </summary>
    public bool Contains(Digest digest, int size)
    {
        if (fresh.TryGetSize(digest, out int known))
        {
            return known == size;
        }

        if (stored.FindReferred(digest) is not { } place || place.Size != size)
        {
            return false;
        }

        stored.Rely(place);
        return true;
    }

    /// <summary>
    /// Takes the names of the packs that hold what was added, or was found to be stored, and all that these are deltas against; those of new packs when they
    /// are published. One may come many times.
    /// </summary>
    internal Action<ObjectName>? Relied
    {
        get => stored.Relied;
        set => stored.Relied = value;
    }

    /// <summary>Notes that more of the stream was read: it may refer to chunks published a moment ago.</summary>
    public void Received()
    {
        finder.Outdate();
        Housekeeping.Do("this save's intent cannot be renewed", warn, Intent.RenewIfDue);
    }

    /// <summary>
    /// Makes sure that a chunk whose content the caller does not have is stored. One that no longer counts as stored, because its pack is condemned or what it
    /// is a delta against is lost, is read while it can be read, and stored again.
    /// </summary>
    /// <returns>Whether a chunk of this digest and length is stored now.</returns>
    /// <exception cref="StoreException">It cannot be written.</exception>
    public bool Hold(Digest digest, int size) => Contains(digest, size) || (!fresh.Contains(digest) && TryStoreAgain(contents, digest, size));

    /// <summary>As <see cref="Hold"/>, of a node.</summary>
    internal bool HoldNode(Digest digest)
    {
        if (fresh.Contains(digest))
        {
            return true;
        }

        if (stored.FindReferred(digest) is { } place)
        {
            stored.Rely(place);
            return true;
        }

        return TryStoreAgain(nodes, digest, null);
    }

    private bool TryStoreAgain(BlockAssembler assembler, Digest digest, int? wanted)
    {
        if (finder.Find(digest) is not { } place || place.Size != (wanted ?? place.Size))
        {
            return false;
        }

        int size = place.Size;
        byte[] copy = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            ReadOnlySpan<byte> content = earlier.Value.Read(digest).Span;
            if (content.Length != size)
            {
                return false;
            }

            // Adding it may make the reader forget it.
            content.CopyTo(copy);
            Add(assembler, digest, copy.AsSpan(0, size), null);
            return true;
        }
        catch (BackshiftException e) when (e.Code == ExitCode.DataError)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    /// <summary>Stores a block of another pack as it is, whether its chunks are stored or not: for who empties that pack.</summary>
    /// <param name="block">The block.</param>
    /// <param name="isNodes">Whether its chunks are nodes.</param>
    /// <exception cref="StoreException">It cannot be written.</exception>
    internal void Copy(PackedBlock block, bool isNodes)
    {
        if (fresh.IsFull(block.Count))
        {
            Publish();
        }

        for (int i = 0; i < block.Count; i++)
        {
            fresh.Add(block.DigestAt(i), block.SizeAt(i));
        }

        (isNodes ? nodes : contents).AddCompressed(block);
    }

    /// <summary>Stores a chunk of another pack, whether it is stored or not: for who empties that pack, and has found that no other copy will do.</summary>
    /// <param name="digest">Its digest.</param>
    /// <param name="bytes">The content; copied.</param>
    /// <param name="isNode">Whether it is a node.</param>
    /// <exception cref="StoreException">It cannot be written.</exception>
    internal void Copy(Digest digest, ReadOnlySpan<byte> bytes, bool isNode)
    {
        if (fresh.IsFull())
        {
            Publish();
        }

        fresh.Add(digest, bytes.Length);
        (isNode ? nodes : contents).Add(digest, bytes);
    }

    /// <summary>What counts as stored, for who decides whether a copy can be deleted.</summary>
    internal StoredChunks Stored => stored;

    /// <summary>Finds chunks, those in condemned packs too.</summary>
    internal ChunkFinder Finder => finder;

    /// <summary>Makes everything that was added durable and known to the index.</summary>
    /// <exception cref="StoreException">It cannot be made durable.</exception>
    public void Publish()
    {
        Housekeeping.Do("this save's intent cannot be renewed", warn, Intent.RenewIfDue);
        contentDeltas.Finish();
        nodeDeltas.Finish();
        isFollowed = nodes.HasAny;
        contents.Finish();
        isFollowed = false;
        nodes.Finish();
        publisher.WaitForAll();
        if (fresh.TakeAhead() is { } ahead)
        {
            Note(ahead);
        }

        Note(fresh.TakeAll());

        // Chunks that others have published since need not be stored here too.
        finder.Renew();
    }

    private void Note(UnindexedPacks.Indexed indexed)
    {
        Array.ForEach(fresh.TakeOpened(), finder.Shelf.Put);
        foreach (PackWriter pack in indexed.Packs)
        {
            if (pack.IsHeldByOthers)
            {
                heldByOthers += pack.BlockBytes;
            }
            else
            {
                stored.Trust(pack.Name);
            }

            foreach (ObjectName name in pack.IsHeldByOthers ? pack.Holders : [pack.Name])
            {
                Relied?.Invoke(name);
            }
        }

        if (indexed.Run is { } run)
        {
            finder.Runs.Add(run);

            // What was remembered about these packs lies in large arrays, which the garbage collector leaves alone for long; at this moment most of them are
            // garbage.
            GC.Collect();
        }
    }

    /// <summary>Joins runs of the index if they have become many. Called when the saveset is safe; trouble is a warning.</summary>
    public void Tidy()
    {
        // A merge that failed would most likely fail again, and one that ends for want of space has cost much.
        isUntidy = isUntidy || !Housekeeping.Do(repository.Store.Copies, "the index cannot be cleaned up", warn,
            () => RunMerge.Tidy(repository, finder.Runs, warn));
    }

    private bool Add(BlockAssembler assembler, Digest digest, ReadOnlySpan<byte> bytes, Func<IReadOnlyList<Digest>>? ancestors)
    {
        if (fresh.Contains(digest) || stored.HoldsSound(digest))
        {
            return false;
        }

        if (fresh.IsFull())
        {
            MakeRoom();
            if (finder.Runs.Runs.Count > ManyRuns)
            {
                Tidy();
            }

            if (stored.HoldsSound(digest))
            {
                // Another writer has stored it meanwhile.
                return false;
            }
        }

        fresh.Add(digest, bytes.Length);
        if (indexesAhead)
        {
            fresh.IndexAhead();
        }

        NewChunks++;
        NewBytes += bytes.Length;

        // One that was stored before and is lost is stored whole: other deltas may be waiting for it, and they look only in blocks less deep than their own.
        if (ancestors is null || finder.IsNamed(digest) || !(assembler == nodes ? nodeDeltas : contentDeltas).TryAdd(digest, bytes, ancestors()))
        {
            assembler.Add(digest, bytes);
        }

        return true;
    }

    private void MakeRoom()
    {
        if (fresh.TakeAhead() is not { } ahead)
        {
            Publish();
            return;
        }

        Housekeeping.Do("this save's intent cannot be renewed", warn, Intent.RenewIfDue);
        Note(ahead);
        finder.Renew();
    }

    private void Seal(PackWriter pack)
    {
        pack.Origin = origin;
        pack.IsFollowed = isFollowed;
        fresh.Add(pack);
        publisher.Publish(pack);
    }

    public void Dispose()
    {
        publisher.Dispose();
        fresh.Dispose();
        contents.Dispose();
        nodes.Dispose();
        foreach (Lazy<ChunkReader> reader in (Lazy<ChunkReader>[])[earlier, earlierContents])
        {
            if (reader.IsValueCreated)
            {
                reader.Value.Dispose();
            }
        }

        finder.Dispose();
        ownIntent?.Dispose();
    }
}
