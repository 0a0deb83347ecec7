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
    private readonly ChunkFinder finder;
    private readonly WorkerPool? workers;
    private readonly int capacity;
    private readonly Dictionary<(OpenPack Pack, int Block), DecodeJob> blocks = [];
    private readonly Stack<DecodeJob> free = new();
    private readonly Lazy<WorkerContext> own = new(() => new WorkerContext());
    private long clock;
    private int awaited;

    /// <param name="finder">Finds the chunks; not closed with the reader.</param>
    /// <param name="workers">Who decodes ahead, or null to decode only what is asked for, in the caller's thread.</param>
    /// <param name="capacity">How many blocks are kept, at least 2.</param>
    internal ChunkReader(ChunkFinder finder, WorkerPool? workers, int capacity)
    {
        this.finder = finder;
        this.workers = workers;
        this.capacity = capacity;
    }

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
            DecodeJob job = Block(place.Pack, number, depth);
            if (job.IsSound(place.Slot))
            {
                return job.Chunk(place.Slot);
            }

            damage ??= $"pack {place.Pack.Name}: block {number} {job.Damage ?? "does not match the digest of a chunk"}";
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

            // Two are left for what is read without having been asked for. What waits is never pushed out by what is to come later.
            if (awaited >= capacity - 2)
            {
                return false;
            }

            job = Take(place.Pack, block);
            workers.Submit(job);
        }
        else if (job.Awaited == 0 && awaited >= capacity - 2)
        {
            return false;
        }

        awaited += job.Awaited++ == 0 ? 1 : 0;
        job.LastAsked = job.LastUse = ++clock;
        return true;
    }

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
        awaited--;
        foreach (DecodeJob other in blocks.Values)
        {
            if (other.Awaited > 0 && other.LastAsked < job.LastAsked)
            {
                other.Awaited = 0;
                awaited--;
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
        if (blocks.Count >= capacity && Oldest() is { } old)
        {
            Forget(old);
        }

        DecodeJob job = free.TryPop(out DecodeJob? used) ? used : new DecodeJob();
        job.Aim(pack, block);
        job.LastUse = ++clock;
        pack.Readers++;
        blocks.Add((pack, block), job);
        return job;
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
        awaited -= job.Awaited > 0 ? 1 : 0;
        job.Awaited = 0;
        job.Pack!.Readers--;
        free.Push(job);
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
