using System.Diagnostics.CodeAnalysis;
using Backshift.Records;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Chunks;

/// <summary>
/// The blocks that a <see cref="ChunkReader"/> keeps: those it read lately, those that were prefetched and wait to be read, and, while a chunk is read, all
/// that this chunk needs. Owns their jobs and the spare ones, and keeps their packs open. Bounded by a number of bytes, which only the blocks that one chunk
/// needs may exceed (see <see cref="NeededBlocks"/>), and one block that is longer by itself. For use by one thread.
/// </summary>
internal sealed class KeptBlocks
{
    // One is taken as soon as one is given up, most often of the same length.
    private const long SpareBytes = 3 << 20;

    // Neighbours in a file need much the same blocks, so what one delta needed is kept for the next, and as much again, up to this.
    private const long LargestCapacity = 40 << 20;

    // Longer than a save makes them: files that are alike lie together there, and a restore comes back to a block as often as it comes to such a file.
    private const long LongBlock = 2 << 20;

    private readonly Dictionary<(OpenPack Pack, int Block), DecodeJob> jobs = [];
    private readonly NeededBlocks needed = new();
    private readonly SpareJobs spare;
    private readonly bool checksLate;
    private readonly long longCapacity;
    private readonly long again;
    private long capacity;
    private long clock;

    // Bytes of those that wait to be read.
    private long awaited;

    /// <param name="naming">How the chunks of the repository are named.</param>
    /// <param name="capacity">How many bytes are kept. One block is kept in any case, and so is one that waits to be read.</param>
    /// <param name="checksLate">Whether a chunk is verified when it is read, and not together with all others of its block.</param>
    /// <param name="longCapacity">How many bytes are kept once one block is long, if that is more.</param>
    /// <param name="again">How many bytes more are kept for blocks that may be needed again, and not for those that wait to be read.</param>
    internal KeptBlocks(ChunkNaming naming, long capacity, bool checksLate, long longCapacity, long again)
    {
        this.again = again;
        this.longCapacity = longCapacity;
        this.checksLate = checksLate;
        this.capacity = capacity + again;
        spare = new SpareJobs(naming, SpareBytes);
    }

    /// <summary>Bytes that are kept now.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Number of blocks added so far, counted each time.</summary>
    internal long Added { get; private set; }

    /// <summary>Whether the chunk that is being read was refused another block, since it needs so many.</summary>
    internal bool NeedsTooMany => needed.AreTooMany;

    /// <summary>A chunk is read from now on, or a copy of it that does not need what the last one did. Blocks used from here on are kept until it
    /// ends.</summary>
    internal void BeginRead() => needed.Begin(++clock);

    /// <summary>The chunk has been read.</summary>
    internal void EndRead()
    {
        needed.End();
        capacity = Math.Max(capacity, Math.Min(2 * needed.Bytes, LargestCapacity));
    }

    internal bool Contains(OpenPack pack, int block) => jobs.ContainsKey((pack, block));

    /// <summary>Finds a block, which a worker may still be decoding.</summary>
    internal bool TryFind(OpenPack pack, int block, [NotNullWhen(true)] out DecodeJob? job) => jobs.TryGetValue((pack, block), out job);

    /// <summary>Adds a block that is not kept, and forgets as many others as have to make room.</summary>
    /// <returns>The job that decodes it, to be run by the caller.</returns>
    /// <exception cref="BackshiftException">The chunk that is being read needs too many blocks.</exception>
    internal DecodeJob Add(OpenPack pack, int block)
    {
        needed.RequireRoom();
        long cost = CostOf(pack, block);
        if (cost > LongBlock)
        {
            capacity = Math.Max(capacity, longCapacity);
        }

        while (Bytes + cost > capacity && Oldest() is { } old)
        {
            Forget(old);
        }

        DecodeJob job = spare.Take(pack.Directory.Block(block).Content);
        job.Aim(pack, block);
        job.ChecksLate = checksLate;
        job.Cost = cost;
        job.LastUse = needed.Before;
        pack.Readers++;
        Bytes += cost;
        Added++;
        jobs.Add((pack, block), job);
        return job;
    }

    /// <summary>A block is used for the chunk that is being read.</summary>
    internal void Use(DecodeJob job)
    {
        Arrived(job);
        needed.Add(job);
        job.LastUse = ++clock;
    }

    /// <summary>Whether a block that is not kept may be added to wait to be read. Blocks that do are never evicted for later ones.</summary>
    internal bool MayWait(OpenPack pack, int block) => MayWait(CostOf(pack, block));

    /// <summary>Whether a block that is kept may wait to be read.</summary>
    internal bool MayWait(DecodeJob job) => job.Awaited > 0 || MayWait(job.Cost);

    /// <summary>One read of a block is announced.</summary>
    internal void Await(DecodeJob job)
    {
        awaited += job.Awaited++ == 0 ? job.Cost : 0;
        job.LastAsked = job.LastUse = ++clock;
    }

    /// <summary>One read that was announced has come, or will not, if there is one.</summary>
    internal void Arrived(DecodeJob job)
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
        foreach (DecodeJob other in jobs.Values)
        {
            if (other.Awaited > 0 && other.LastAsked < job.LastAsked)
            {
                other.Awaited = 0;
                awaited -= other.Cost;
            }
        }
    }

    /// <summary>Waits until no worker decodes any of them.</summary>
    internal void AwaitAll()
    {
        foreach (DecodeJob job in jobs.Values)
        {
            job.Wait();
        }
    }

    // An eighth of what is not for blocks that are needed again is left for reads that were not prefetched.
    private bool MayWait(long cost) => awaited == 0 || awaited + cost <= (capacity - again) / 8 * 7;

    private static long CostOf(OpenPack pack, int block) => PackLimits.CostOf(pack.Directory.Block(block).Content);

    private DecodeJob? Oldest()
    {
        DecodeJob? oldest = null;
        foreach (DecodeJob job in jobs.Values)
        {
            if (job.IsDone && !needed.Contains(job)
                && (oldest is null || (job.Awaited == 0, -job.LastUse).CompareTo((oldest.Awaited == 0, -oldest.LastUse)) > 0))
            {
                oldest = job;
            }
        }

        return oldest;
    }

    private void Forget(DecodeJob job)
    {
        jobs.Remove((job.Pack!, job.Block));
        awaited -= job.Awaited > 0 ? job.Cost : 0;
        job.Awaited = 0;
        job.Pack!.Readers--;
        Bytes -= job.Cost;
        spare.Add(job);
    }
}
