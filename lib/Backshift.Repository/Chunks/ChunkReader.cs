using Backshift.Records;
using Backshift.Repository.Packs;
using Backshift.Repository.Working;

namespace Backshift.Repository.Chunks;

/// <summary>
/// Reads chunks by digest, each held against it. Keeps the blocks that were used last, and those that somebody who was asked to fetch them ahead
/// still waits for. For use by one thread.
/// </summary>
public sealed class ChunkReader : IDisposable
{
    // A small block costs more than its content: what is told of it, and the time to look through all of them for the oldest.
    private const int LeastCost = 32 << 10;
    private const int FreeJobs = 2;

    private readonly ChunkFinder finder;
    private readonly WorkerPool? workers;
    private readonly long capacity;
    private readonly bool checksLate;
    private readonly Dictionary<(OpenPack Pack, int Block), DecodeJob> blocks = [];
    private readonly List<DecodeJob> free = [];
    private readonly Lazy<WorkerContext> own = new(() => new WorkerContext());
    private long clock;
    private long kept;
    private long awaited;

    /// <param name="finder">Finds the chunks; not closed with the reader.</param>
    /// <param name="workers">Who decodes ahead, or null to decode only what is asked for, in the caller's thread.</param>
    /// <param name="capacity">How many bytes of blocks are kept. One block is in any case, and one that waits to be read.</param>
    /// <param name="checksLate">Whether a chunk is held against its digest when it is read, in the caller's thread, and not with all others of its block: for who needs few of them.</param>
    internal ChunkReader(ChunkFinder finder, WorkerPool? workers, long capacity, bool checksLate = false)
    {
        this.checksLate = checksLate;
        this.finder = finder;
        this.workers = workers;
        this.capacity = capacity;
    }

    /// <summary>Bytes of blocks that are kept now.</summary>
    internal long KeptBytes => kept;

    /// <summary>How many blocks were fetched so far, each time counted.</summary>
    internal long BlocksDecoded { get; private set; }

    /// <summary>Lets a worker fetch the block of a chunk that will be read soon. Each call is made good by one <see cref="Read(Digest)"/> or <see cref="PassOver"/>.</summary>
    /// <returns>False if so many blocks wait to be read that it was not begun: ask again later.</returns>
    public bool Prefetch(Digest digest) => Prefetch(digest, depth: 0);

    /// <summary>A chunk that was asked for ahead will not be read.</summary>
    public void PassOver(Digest digest)
    {
        if (workers is not null && finder.Find(digest) is { } place && blocks.TryGetValue((place.Pack, place.Pack.Directory.BlockOf(place.Slot)), out DecodeJob? job))
        {
            Arrived(job);
        }
    }

    /// <summary>The content of a chunk.</summary>
    /// <returns>Valid until the next call of any method of this reader.</returns>
    /// <exception cref="BackshiftException">The repository does not have it, or only damaged.</exception>
    public ReadOnlyMemory<byte> Read(Digest digest) => Read(digest, depth: 0);

    private ReadOnlyMemory<byte> Read(Digest digest, int depth)
    {
        string? damage = null;
        while (finder.Find(digest) is { } place)
        {
            int number = place.Pack.Directory.BlockOf(place.Slot);
            try
            {
                DecodeJob job = Block(place.Pack, number, depth);
                if (job.IsSound(place.Slot))
                {
                    return job.Chunk(place.Slot);
                }

                damage ??= $"pack {place.Pack.Name}: block {number} {job.Damage ?? "does not match the digest of a chunk"}";
            }
            catch (BackshiftException e) when (place.Pack.Directory.Block(number).Prefixes > 0)
            {
                // A delta is lost with what it was made against; another copy of the chunk may be whole.
                damage ??= $"pack {place.Pack.Name}: block {number} is a delta: {e.Message}";
            }

            finder.GiveUp(place);
        }

        throw damage is null
            ? new BackshiftException(ExitCode.DataError, $"chunk {digest}: is not in the repository", "bs-check says what else is missing")
            : new BackshiftException(ExitCode.DataError, $"chunk {digest}: {damage}", "bs-check --read-data says what else is damaged");
    }

    private bool Prefetch(Digest digest, int depth)
    {
        if (workers is null || finder.Find(digest) is not { } place)
        {
            return true;
        }

        int block = place.Pack.Directory.BlockOf(place.Slot);
        if (!blocks.TryGetValue((place.Pack, block), out DecodeJob? job))
        {
            if (place.Pack.Directory.Block(block).Prefixes > 0)
            {
                return PrefetchPrefixes(place.Pack.Directory, block, depth);
            }

            if (!MayWait(CostOf(place.Pack, block)))
            {
                return false;
            }

            job = Take(place.Pack, block);
            workers.Submit(job);
        }
        else if (job.Awaited == 0 && !MayWait(job.Cost))
        {
            return false;
        }

        awaited += job.Awaited++ == 0 ? job.Cost : 0;
        job.LastAsked = job.LastUse = ++clock;
        return true;
    }

    /// <summary>An eighth is left for what is read without having been asked for. What waits is never pushed out by what is to come later.</summary>
    private bool MayWait(long cost) => awaited == 0 || awaited + cost <= capacity / 8 * 7;

    /// <summary>A block with prefixes needs other blocks first. It is small itself: those are what takes time, and it is left to Read.</summary>
    private bool PrefetchPrefixes(PackDirectory directory, int block, int depth)
    {
        int count = depth < PackLimits.Depth ? directory.Block(block).Prefixes : 0;
        for (int i = 0; i < count; i++)
        {
            if (!Prefetch(directory.PrefixAt(block, i), depth + 1))
            {
                // The first ones are under way; to ask again would announce them twice.
                return i > 0;
            }
        }

        return true;
    }

    private DecodeJob Block(OpenPack pack, int block, int depth)
    {
        if (!blocks.TryGetValue((pack, block), out DecodeJob? job))
        {
            byte[] prefix = ReadPrefix(pack, block, depth);
            job = Take(pack, block);
            job.Prefix = prefix;
            job.RunHere(own.Value);
        }
        else
        {
            job.Wait();
        }

        Arrived(job);
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

        // Reads come in the order in which they were announced: whoever was announced last before this one was passed over, or read by another way.
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

    private byte[] ReadPrefix(OpenPack pack, int block, int depth)
    {
        BlockRecord record = pack.Directory.Block(block);
        if (record.Prefixes == 0)
        {
            return [];
        }

        if (depth >= PackLimits.Depth)
        {
            throw new BackshiftException(ExitCode.DataError, $"pack {pack.Name}: block {block} needs more than {PackLimits.Depth} others before it");
        }

        using MemoryStream prefix = new();
        pack.Readers++;
        try
        {
            for (int i = 0; i < record.Prefixes; i++)
            {
                prefix.Write(Read(pack.Directory.PrefixAt(block, i), depth + 1).Span);
                if (prefix.Length > PackLimits.Content)
                {
                    throw new BackshiftException(ExitCode.DataError, $"pack {pack.Name}: the prefixes of block {block} are too long");
                }
            }
        }
        finally
        {
            pack.Readers--;
        }

        return prefix.ToArray();
    }

    private DecodeJob Take(OpenPack pack, int block)
    {
        long cost = CostOf(pack, block);
        while (kept + cost > capacity && Oldest() is { } old)
        {
            Forget(old);
        }

        DecodeJob job = TakeFree(pack.Directory.Block(block).Content);
        job.Aim(pack, block);
        job.ChecksLate = checksLate;
        job.Cost = cost;
        job.LastUse = ++clock;
        pack.Readers++;
        kept += cost;
        BlocksDecoded++;
        blocks.Add((pack, block), job);
        return job;
    }

    private static long CostOf(OpenPack pack, int block) => Math.Max(pack.Directory.Block(block).Content, LeastCost);

    /// <summary>A job with room for a block and not for many of them, or a new one: room that is not needed would be memory that nobody counts.</summary>
    private DecodeJob TakeFree(int size)
    {
        int found = free.FindIndex(job => job.Room >= size && job.Room / 2 <= Math.Max(size, LeastCost));
        DecodeJob taken = found < 0 ? new DecodeJob() : free[found];
        if (found >= 0)
        {
            free.RemoveAt(found);
        }

        return taken;
    }

    private DecodeJob? Oldest()
    {
        DecodeJob? oldest = null;
        foreach (DecodeJob job in blocks.Values)
        {
            if (job.IsDone && (oldest is null || (job.Awaited == 0, -job.LastUse).CompareTo((oldest.Awaited == 0, -oldest.LastUse)) > 0))
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

        // One is taken as soon as one is given up, most often of the same length. Small ones are not worth keeping: many go at once when a large block comes.
        if (job.Room < LeastCost)
        {
            return;
        }

        if (free.Count == FreeJobs)
        {
            free.RemoveAt(0);
        }

        free.Add(job);
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
