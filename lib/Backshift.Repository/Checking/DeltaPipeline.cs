using Backshift.Repository.Chunks;
using Backshift.Repository.Packs;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Checking;

/// <summary>
/// Decodes deltas and what they are made against on all workers. A block is submitted after those that it needs, and workers take jobs in this order: so where
/// a worker waits for a block, another one is at work on it. Blocks are kept for later deltas as long as there is room. For use by one thread.
/// </summary>
internal sealed class DeltaPipeline : IDisposable
{
    // What is forgotten for a large block comes back as room for many small ones, and the other way round.
    private const long SpareBytes = 16 << 20;

    private readonly ChunkFinder finder;
    private readonly WorkerPool workers;
    private readonly long capacity;
    private readonly Dictionary<(OpenPack Pack, int Block), HeldBlock> blocks = [];
    private readonly LinkedList<HeldBlock> idle = new();
    private readonly SpareJobs spare;
    private long kept;
    private long needed;

    /// <param name="finder">Finds prefixes.</param>
    /// <param name="workers">The threads that decode.</param>
    /// <param name="capacity">How many bytes of blocks are kept besides those in use.</param>
    internal DeltaPipeline(ChunkFinder finder, WorkerPool workers, long capacity)
    {
        this.finder = finder;
        this.workers = workers;
        this.capacity = capacity;
        spare = new SpareJobs(finder.Naming, SpareBytes);
    }

    /// <summary>Bytes of the blocks that are under way, and of those that they need.</summary>
    internal long BytesInUse { get; private set; }

    /// <summary>Has the workers decode a block and what it is made against. Each call that returns one must be followed by <see cref="End"/>.</summary>
    /// <returns>Null if a prefix is missing, or it needs more than a reader must support.</returns>
    internal HeldBlock? TryBegin(OpenPack pack, int block)
    {
        needed = 0;
        return Begin(pack, block);
    }

    /// <summary>As <see cref="TryBegin"/>, of a block that is whole by itself: it and all its chunks are verified.</summary>
    /// <returns>Null if it has been decoded already without that.</returns>
    internal HeldBlock? TryBeginVerified(OpenPack pack, int block)
    {
        needed = 0;
        return blocks.ContainsKey((pack, block)) ? null : Begin(pack, block, isVerified: true);
    }

    /// <summary>Gives a block back whose job was waited for.</summary>
    internal void End(HeldBlock held)
    {
        ReleaseBases(held);
        Release(held);
    }

    private HeldBlock? Begin(OpenPack pack, int block, bool isVerified = false)
    {
        if (blocks.TryGetValue((pack, block), out HeldBlock? known))
        {
            return Use(known);
        }

        BlockRecord record = pack.Directory.Block(block);
        long cost = PackLimits.CostOf(record.Content);
        needed += cost;
        if (needed > PackLimits.Closure + PackLimits.Content)
        {
            return null;
        }

        List<HeldBlock> bases = [];
        HeldBlock? begun = null;

        // The shelf may close it while prefixes are looked for; and as long as the block is held its directory says where its chunks are.
        pack.Readers++;
        try
        {
            (DecodeJob Job, int Slot)[] prefixes = new (DecodeJob, int)[record.Prefixes];
            long length = 0;
            for (int i = 0; i < prefixes.Length; i++)
            {
                // Less deep each time, so this ends.
                if (finder.Find(pack.Directory.PrefixAt(block, i), record.Depth) is not { } place
                    || (length += place.Size) > PackLimits.Content || Begin(place.Pack, place.Block) is not { } below)
                {
                    return null;
                }

                bases.Add(below);
                prefixes[i] = (below.Job, place.Slot);
            }

            while (kept + cost > capacity + BytesInUse && idle.First is { } oldest)
            {
                Forget(oldest.Value);
            }

            DecodeJob job = spare.Take(record.Content);
            job.Aim(pack, block);
            job.Bases = prefixes;

            // Of a block that is only built on, nothing is verified: it is read by itself too, and the digest of what is made with it tells.
            isVerified |= record.Prefixes > 0;
            job.ChecksCrc = isVerified;
            job.ChecksLate = !isVerified;
            workers.Submit(job);
            begun = new HeldBlock(job, bases, cost);
            kept += cost;
            blocks.Add((pack, block), begun);
            idle.AddLast(begun.Idle);
            return Use(begun);
        }
        finally
        {
            if (begun is null)
            {
                bases.ForEach(Release);
                pack.Readers--;
            }
        }
    }

    private HeldBlock Use(HeldBlock held)
    {
        if (held.Uses++ == 0)
        {
            idle.Remove(held.Idle);
            BytesInUse += held.Cost;
        }

        return held;
    }

    private void Release(HeldBlock held)
    {
        if (--held.Uses == 0)
        {
            idle.AddLast(held.Idle);
            BytesInUse -= held.Cost;
        }
    }

    private void ReleaseBases(HeldBlock held)
    {
        foreach (HeldBlock below in held.Bases)
        {
            ReleaseBases(below);
            Release(below);
        }

        held.Bases.Clear();
    }

    private void Forget(HeldBlock held)
    {
        DecodeJob job = held.Job;

        // It is done, unless what it was begun for could not be begun. Whatever it threw is thrown here.
        job.Wait();
        ReleaseBases(held);
        idle.Remove(held.Idle);
        blocks.Remove((job.Pack!, job.Block));
        job.Pack!.Readers--;
        kept -= held.Cost;
        spare.Add(job);
    }

    public void Dispose()
    {
        foreach (HeldBlock held in blocks.Values)
        {
            held.Job.AwaitEnd();
        }
    }
}
