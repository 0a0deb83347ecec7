using Backshift.Records;
using Backshift.Repository.Packs;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Chunks;

/// <summary>
/// Reads chunks by digest and verifies them. <see cref="KeptBlocks"/> has the blocks that it keeps, so that no block is decoded twice for one chunk, however
/// many paths lead to it; <see cref="ChunksAhead"/> prefetches what will be read. For use by one thread.
/// </summary>
public sealed class ChunkReader : IDisposable
{
    private readonly ChunkFinder finder;
    private readonly KeptBlocks kept;
    private readonly ChunksAhead ahead;
    private readonly PacksAhead packs;
    private readonly Lazy<WorkerContext> own = new(() => new WorkerContext());

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
        this.finder = finder;
        kept = new KeptBlocks(finder.Naming, capacity, checksLate, longCapacity, again);
        ahead = new ChunksAhead(finder, kept, workers);
        packs = new PacksAhead(finder);
    }

    /// <summary>Bytes of blocks that are kept now.</summary>
    internal long KeptBytes => kept.Bytes;

    /// <summary>Number of blocks fetched so far, counted each time.</summary>
    internal long BlocksDecoded => kept.Added;

    /// <summary>Number of blocks examined so far for prefetches.</summary>
    internal long BlocksLookedAt => ahead.BlocksLookedAt;

    /// <summary>Has a worker fetch the block of a chunk that will be read soon. Each call must be followed by one <see cref="Read(Digest)"/> or
    /// <see cref="PassOver"/>.</summary>
    /// <returns>False if so many blocks wait to be read that it was not begun: ask again later.</returns>
    public bool Prefetch(Digest digest) => ahead.Prefetch(digest);

    /// <summary>Has the block of a chunk be asked for, where it comes from afar, that is read later than all that can be prefetched now.</summary>
    /// <returns>False if it was not, since so much is asked for, or since it does not come from afar.</returns>
    public bool TryAnnounce(Digest digest) => ahead.TryAnnounce(digest);

    /// <summary>Notes that a chunk will be read, much later than those that are announced: if it is in a pack that is not open, that is going to be open by
    /// then. Waits for nothing.</summary>
    public void Expect(Digest digest) => packs.Expect(digest);

    /// <summary>Notes that a chunk that was prefetched will not be read.</summary>
    public void PassOver(Digest digest) => ahead.PassOver(digest);

    /// <summary>The content of a chunk.</summary>
    /// <returns>Valid until the next call of any method of this reader.</returns>
    /// <exception cref="BackshiftException">The repository does not have it, or only damaged copies.</exception>
    public ReadOnlyMemory<byte> Read(Digest digest)
    {
        kept.BeginRead();
        try
        {
            (DecodeJob job, int slot) = Read(digest, PackLimits.Depth + 1);
            return job.Chunk(slot);
        }
        finally
        {
            kept.EndRead();
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
        kept.BeginRead();
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
            kept.EndRead();
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
            catch (BackshiftException e) when (place.Pack.Directory.Block(number).Prefixes > 0 && (!kept.NeedsTooMany || below > PackLimits.Depth))
            {
                // A delta is lost with what it was made against; another copy of the chunk may be whole. If it only needs too much for one chunk, the blocks
                // below it are not to blame.
                if (kept.NeedsTooMany)
                {
                    kept.BeginRead();
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

    private DecodeJob Block(OpenPack pack, int block)
    {
        if (!kept.TryFind(pack, block, out DecodeJob? job))
        {
            // The blocks that it needs are less deep than it is, so this very block is not among them.
            (DecodeJob, int)[] prefixes = ReadPrefixes(pack, block);
            job = kept.Add(pack, block);
            job.Bases = prefixes;
            job.RunHere(own.Value);
        }
        else
        {
            job.Wait();
        }

        kept.Use(job);
        return job;
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

    public void Dispose()
    {
        kept.AwaitAll();
        if (own.IsValueCreated)
        {
            own.Value.Dispose();
        }
    }
}
