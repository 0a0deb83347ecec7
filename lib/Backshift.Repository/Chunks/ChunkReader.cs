using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Packs;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Chunks;

/// <summary>
/// Reads chunks by digest and verifies them. Caches recent blocks, blocks that were prefetched and not yet read, and, while a delta is read, all blocks that it
/// needs: no block is decoded twice for one chunk, however many paths lead to it. For use by one thread.
/// </summary>
public sealed class ChunkReader : IDisposable
{
    // One is taken as soon as one is given up, most often of the same length.
    private const long SpareBytes = 3 << 20;

    // Neighbours in a file need much the same blocks, so what one delta needed is kept for the next, and as much again, up to this.
    private const long LargestCapacity = 40 << 20;

    // Longer than a save makes them: files that are alike lie together there, and a restore comes back to a block as often as it comes to such a file.
    private const long LongBlock = 2 << 20;

    // How many blocks are examined to prefetch one chunk, and how many deltas are remembered as examined.
    private const int LooksAhead = 512;
    private const int AnnouncedLimit = 2048;

    private readonly ChunkFinder finder;
    private readonly WorkerPool? workers;
    private readonly bool checksLate;
    private readonly HashSet<(ObjectName Pack, int Block)> announced = [];
    private readonly long longCapacity;
    private readonly long again;
    private long capacity;
    private readonly Dictionary<(OpenPack Pack, int Block), DecodeJob> blocks = [];
    private readonly SpareJobs spare;
    private readonly Lazy<WorkerContext> own = new(() => new WorkerContext());
    private long clock;
    private long kept;
    private long awaited;
    private int looks;

    // Blocks used from this time on are needed by the chunk that is being read now, and cost this much.
    private long neededSince = long.MaxValue;
    private long needed;
    private bool needsTooMuch;

    /// <param name="finder">Finds the chunks; not closed with the reader.</param>
    /// <param name="workers">The threads that decode ahead, or null to decode only what is read, on the caller's thread.</param>
    /// <param name="capacity">How many bytes of blocks are kept. One block is kept in any case, and so is one that waits to be read.</param>
    /// <param name="checksLate">Whether a chunk is verified when it is read, on the caller's thread, and not together with all others of its block: for callers
    /// that need few of them.</param>
    /// <param name="longCapacity">How many bytes of blocks are kept once one is long, if that is more.</param>
    /// <param name="again">How many bytes more are kept for blocks that may be needed again, and not for those that wait to be read: where that takes
    /// long.</param>
    internal ChunkReader(ChunkFinder finder, WorkerPool? workers, long capacity, bool checksLate = false, long longCapacity = 0,
        long again = 0)
    {
        this.again = again;
        this.longCapacity = longCapacity;
        this.checksLate = checksLate;
        this.finder = finder;
        this.workers = workers;
        this.capacity = capacity + again;
        spare = new SpareJobs(finder.Naming, SpareBytes);
    }

    /// <summary>Bytes of blocks that are kept now.</summary>
    internal long KeptBytes => kept;

    /// <summary>Number of blocks fetched so far, counted each time.</summary>
    internal long BlocksDecoded { get; private set; }

    /// <summary>Number of blocks examined so far for prefetches.</summary>
    internal long BlocksLookedAt { get; private set; }

    /// <summary>Has a worker fetch the block of a chunk that will be read soon. Each call must be followed by one <see cref="Read(Digest)"/> or
    /// <see cref="PassOver"/>.</summary>
    /// <returns>False if so many blocks wait to be read that it was not begun: ask again later.</returns>
    public bool Prefetch(Digest digest)
    {
        BlocksLookedAt += looks;
        looks = 0;
        if (announced.Count > AnnouncedLimit)
        {
            announced.Clear();
        }

        return Prefetch(digest, PackLimits.Depth + 1);
    }

    /// <summary>Has the block of a chunk be asked for, where it comes from afar, that is read later than all that can be prefetched now.</summary>
    /// <returns>False if it was not, since so much is asked for, or since it does not come from afar.</returns>
    public bool TryAnnounce(Digest digest) => finder.TakesAnnouncements
        && (finder.Find(digest) is not { } place || blocks.ContainsKey((place.Pack, place.Block)) || TryAnnounce(place.Pack, place.Block));

    /// <summary>Notes that a chunk that was prefetched will not be read.</summary>
    public void PassOver(Digest digest)
    {
        if (workers is not null && finder.Find(digest) is { } place && blocks.TryGetValue((place.Pack, place.Block), out DecodeJob? job))
        {
            Arrived(job);
        }
    }

    /// <summary>The content of a chunk.</summary>
    /// <returns>Valid until the next call of any method of this reader.</returns>
    /// <exception cref="BackshiftException">The repository does not have it, or only damaged copies.</exception>
    public ReadOnlyMemory<byte> Read(Digest digest)
    {
        neededSince = ++clock;
        needed = 0;
        try
        {
            (DecodeJob job, int slot) = Read(digest, PackLimits.Depth + 1);
            return job.Chunk(slot);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Reads one block, and no other copy of its chunks, into a job of the caller's: for checking this very block.</summary>
    /// <param name="job">The job.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="block">The number of the block.</param>
    /// <param name="stored">Its bytes as they are stored, if the caller has them.</param>
    /// <exception cref="BackshiftException">What it is a delta against cannot be read.</exception>
    internal void ReadInto(DecodeJob job, OpenPack pack, int block, byte[]? stored = null)
    {
        neededSince = ++clock;
        needed = 0;
        try
        {
            job.Aim(pack, block);
            job.ChecksCrc = true;
            job.Given = stored;
            job.Bases = ReadPrefixes(pack, block);
            job.RunHere(own.Value);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Whether all chunks of this very block match their digests, and can be read: what is verified is what the caller has, and copies.</summary>
    /// <param name="job">A job of the caller's.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="block">The number of the block.</param>
    /// <param name="stored">Its bytes as they are stored.</param>
    internal bool IsSound(DecodeJob job, OpenPack pack, int block, byte[] stored)
    {
        try
        {
            ReadInto(job, pack, block, stored);
        }
        catch (BackshiftException)
        {
            // What it is a delta against cannot be read.
            return false;
        }

        return job.AreAllSound();
    }

    private void Leave()
    {
        neededSince = long.MaxValue;
        needsTooMuch = false;
        capacity = Math.Max(capacity, Math.Min(2 * needed, LargestCapacity));
    }

    /// <summary>Reads a chunk from a block that is less deep than <paramref name="below"/>.</summary>
    /// <returns>The block, and the slot of the chunk. The block is kept until everything is read that was asked for.</returns>
    private (DecodeJob Job, int Slot) Read(Digest digest, int below)
    {
        while (finder.Find(digest, below) is { } place)
        {
            int number = place.Block;
            string? damage;
            try
            {
                DecodeJob job = Block(place.Pack, number);
                if (job.IsSound(place.Slot))
                {
                    return (job, place.Slot);
                }

                damage = $"pack {place.Pack.Name}: block {number} {job.Damage ?? "does not match the digest of a chunk"}";
            }
            catch (BackshiftException e) when (place.Pack.Directory.Block(number).Prefixes > 0 && (!needsTooMuch || below > PackLimits.Depth))
            {
                // A delta is lost with what it was made against; another copy of the chunk may be whole. If it only needs too much for one chunk, the blocks
                // below it are not to blame.
                if (needsTooMuch)
                {
                    needsTooMuch = false;
                    needed = 0;
                    neededSince = ++clock;
                }

                damage = $"pack {place.Pack.Name}: block {number} is a delta: {e.Message}";
            }

            finder.GiveUp(place, damage);
        }

        string? known = finder.DamageOf(digest);
        if (known is null && finder.Find(digest, below) is not null)
        {
            // It was listed a moment after it had been looked for.
            return Read(digest, below);
        }

        throw known is not null
            ? new BackshiftException(ExitCode.DataError, $"chunk {digest}: {known}", "bs-check --read-data shows what else is damaged")
            : finder.Find(digest) is not null
                ? new BackshiftException(ExitCode.DataError, $"chunk {digest}: is not in a block less deep than {below}", "bs-check shows what else is damaged")
                : new BackshiftException(ExitCode.DataError, $"chunk {digest}: is not in the repository", "bs-check shows what else is missing");
    }

    private bool Prefetch(Digest digest, int below)
    {
        if ((workers is null && !finder.TakesAnnouncements) || ++looks > LooksAhead || finder.Find(digest, below) is not { } place)
        {
            return true;
        }

        int block = place.Block;
        if (!blocks.TryGetValue((place.Pack, block), out DecodeJob? job))
        {
            if (place.Pack.Directory.Block(block).Prefixes > 0)
            {
                return PrefetchPrefixes(place.Pack, block);
            }

            if (workers is null)
            {
                return TryAnnounce(place.Pack, block);
            }

            if (!MayWait(CostOf(place.Pack, block)))
            {
                return false;
            }

            // If it is refused, the worker asks.
            TryAnnounce(place.Pack, block);
            job = Take(place.Pack, block);
            workers.Submit(job);
        }
        else if (workers is null)
        {
            return true;
        }
        else if (job.Awaited == 0 && !MayWait(job.Cost))
        {
            return false;
        }

        awaited += job.Awaited++ == 0 ? job.Cost : 0;
        job.LastAsked = job.LastUse = ++clock;
        return true;
    }

    /// <summary>An eighth of what is not for blocks that are needed again is left for reads that were not prefetched. Blocks that wait to be read are never
    /// evicted for later ones.</summary>
    private bool MayWait(long cost) => awaited == 0 || awaited + cost <= (capacity - again) / 8 * 7;

    /// <summary>
    /// A block with prefixes needs other blocks first. It is small itself: those take the time, so they are prefetched and it is left to Read. Its neighbours
    /// need much the same blocks, so one whose prefixes were prefetched a moment ago is skipped.
    /// </summary>
    private bool PrefetchPrefixes(OpenPack pack, int block)
    {
        PackDirectory directory = pack.Directory;
        BlockRecord record = directory.Block(block);
        for (int i = announced.Contains((directory.Name, block)) ? record.Prefixes : 0; i < record.Prefixes; i++)
        {
            if (!Prefetch(directory.PrefixAt(block, i), record.Depth))
            {
                if (i == 0)
                {
                    return false;
                }

                // The first ones are under way; to ask again would announce them twice.
                break;
            }

            announced.Add((directory.Name, block));
        }

        // It is read by Read itself, from what is here by then.
        TryAnnounce(pack, block);
        return true;
    }

    private static bool TryAnnounce(OpenPack pack, int block)
    {
        BlockRecord record = pack.Directory.Block(block);
        return pack.Stored.TryAnnounce(record.Offset, record.Stored, pack.Directory.HoldsNodes);
    }

    private DecodeJob Block(OpenPack pack, int block)
    {
        if (!blocks.TryGetValue((pack, block), out DecodeJob? job))
        {
            // The blocks that it needs are less deep than it is, so this very block is not among them.
            (DecodeJob, int)[] prefixes = ReadPrefixes(pack, block);
            job = Take(pack, block);
            job.Bases = prefixes;
            job.RunHere(own.Value);
        }
        else
        {
            job.Wait();
        }

        Arrived(job);
        needed += job.LastUse < neededSince ? job.Cost : 0;
        job.LastUse = ++clock;
        return job;
    }

    private void Arrived(DecodeJob job)
    {
        if (job.Awaited == 0)
        {
            return;
        }

        job.Awaited--;
        if (job.Awaited > 0)
        {
            return;
        }

        // Reads come in the order of the prefetches: a block that was last announced before this one was passed over, or read in another way.
        awaited -= job.Cost;
        foreach (DecodeJob other in blocks.Values)
        {
            if (other.Awaited > 0 && other.LastAsked < job.LastAsked)
            {
                other.Awaited = 0;
                awaited -= other.Cost;
            }
        }
    }

    /// <summary>Reads what a block is made against. None of it is forgotten before the block is decoded.</summary>
    private (DecodeJob Job, int Slot)[] ReadPrefixes(OpenPack pack, int block)
    {
        BlockRecord record = pack.Directory.Block(block);
        if (record.Prefixes == 0)
        {
            return [];
        }

        (DecodeJob Job, int Slot)[] prefixes = new (DecodeJob, int)[record.Prefixes];
        long length = 0;
        pack.Readers++;
        try
        {
            for (int i = 0; i < prefixes.Length; i++)
            {
                prefixes[i] = Read(pack.Directory.PrefixAt(block, i), record.Depth);
                length += prefixes[i].Job.Chunk(prefixes[i].Slot).Length;
                if (length > PackLimits.Content)
                {
                    throw new BackshiftException(ExitCode.DataError, $"pack {pack.Name}: the prefixes of block {block} are too long");
                }
            }
        }
        finally
        {
            pack.Readers--;
        }

        return prefixes;
    }

    private DecodeJob Take(OpenPack pack, int block)
    {
        long cost = CostOf(pack, block);
        if (needed > PackLimits.Closure + PackLimits.Content && neededSince != long.MaxValue)
        {
            needsTooMuch = true;
            throw new BackshiftException(ExitCode.DataError, $"it needs more than {PackLimits.Closure >> 20} MiB of other blocks");
        }

        if (cost > LongBlock)
        {
            capacity = Math.Max(capacity, longCapacity);
        }

        while (kept + cost > capacity && Oldest() is { } old)
        {
            Forget(old);
        }

        DecodeJob job = spare.Take(pack.Directory.Block(block).Content);
        job.Aim(pack, block);
        job.ChecksLate = checksLate;
        job.Cost = cost;
        job.LastUse = neededSince - 1;
        pack.Readers++;
        kept += cost;
        BlocksDecoded++;
        blocks.Add((pack, block), job);
        return job;
    }

    private static long CostOf(OpenPack pack, int block) => PackLimits.CostOf(pack.Directory.Block(block).Content);

    private DecodeJob? Oldest()
    {
        DecodeJob? oldest = null;
        foreach (DecodeJob job in blocks.Values)
        {
            if (job.IsDone && job.LastUse < neededSince
                && (oldest is null || (job.Awaited == 0, -job.LastUse).CompareTo((oldest.Awaited == 0, -oldest.LastUse)) > 0))
            {
                oldest = job;
            }
        }

        return oldest;
    }

    private void Forget(DecodeJob job)
    {
        blocks.Remove((job.Pack!, job.Block));
        awaited -= job.Awaited > 0 ? job.Cost : 0;
        job.Awaited = 0;
        job.Pack!.Readers--;
        kept -= job.Cost;
        spare.Add(job);
    }

    public void Dispose()
    {
        foreach (DecodeJob job in blocks.Values)
        {
            job.Wait();
        }

        if (own.IsValueCreated)
        {
            own.Value.Dispose();
        }
    }
}
