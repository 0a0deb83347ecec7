using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Packs;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Chunks;

/// <summary>
/// Looks ahead for a <see cref="ChunkReader"/>: has workers decode the blocks of chunks that will be read soon, and has those asked for that come from afar.
/// How much waits to be read is bounded by <see cref="KeptBlocks"/>, and how much is examined for one chunk by a number of blocks. For use by one thread.
/// </summary>
internal sealed class ChunksAhead
{
    // How many blocks are examined to prefetch one chunk, and how many deltas are remembered as examined.
    private const int LooksAhead = 512;
    private const int ExaminedLimit = 2048;

    private readonly ChunkFinder finder;
    private readonly KeptBlocks kept;
    private readonly WorkerPool? workers;

    // Deltas whose prefixes were prefetched a moment ago.
    private readonly HashSet<(ObjectName Pack, int Block)> examined = [];
    private int looks;

    /// <param name="finder">Finds the chunks.</param>
    /// <param name="kept">The blocks of the reader; those that are prefetched are added to them.</param>
    /// <param name="workers">The threads that decode them; null to decode none, and only to have blocks asked for.</param>
    internal ChunksAhead(ChunkFinder finder, KeptBlocks kept, WorkerPool? workers)
    {
        this.finder = finder;
        this.kept = kept;
        this.workers = workers;
    }

    /// <summary>Number of blocks examined so far, but for the last chunk.</summary>
    internal long BlocksLookedAt { get; private set; }

    /// <inheritdoc cref="ChunkReader.Prefetch"/>
    internal bool Prefetch(Digest digest)
    {
        BlocksLookedAt += looks;
        looks = 0;
        if (examined.Count > ExaminedLimit)
        {
            examined.Clear();
        }

        return Prefetch(digest, PackLimits.Depth + 1);
    }

    /// <inheritdoc cref="ChunkReader.TryAnnounce"/>
    internal bool TryAnnounce(Digest digest) => finder.TakesAnnouncements
        && (finder.Find(digest) is not { } place || kept.Contains(place.Pack, place.Block) || TryAnnounce(place.Pack, place.Block));

    /// <inheritdoc cref="ChunkReader.PassOver"/>
    internal void PassOver(Digest digest)
    {
        if (workers is not null && finder.Find(digest) is { } place && kept.TryFind(place.Pack, place.Block, out DecodeJob? job))
        {
            kept.Arrived(job);
        }
    }

    /// <summary>Prefetches a chunk from a block that is less deep than <paramref name="below"/>.</summary>
    private bool Prefetch(Digest digest, int below)
    {
        if ((workers is null && !finder.TakesAnnouncements) || ++looks > LooksAhead || finder.Find(digest, below) is not { } place)
        {
            return true;
        }

        int block = place.Block;
        if (!kept.TryFind(place.Pack, block, out DecodeJob? job))
        {
            if (place.Pack.Directory.Block(block).Prefixes > 0)
            {
                return PrefetchPrefixes(place.Pack, block);
            }

            if (workers is null)
            {
                return TryAnnounce(place.Pack, block);
            }

            if (!kept.MayWait(place.Pack, block))
            {
                return false;
            }

            // If it is refused, the worker asks.
            TryAnnounce(place.Pack, block);
            job = kept.Add(place.Pack, block);
            workers.Submit(job);
        }
        else if (workers is null)
        {
            return true;
        }
        else if (!kept.MayWait(job))
        {
            return false;
        }

        kept.Await(job);
        return true;
    }

    /// <summary>
    /// A block with prefixes needs other blocks first. It is small itself: those take the time, so they are prefetched and it is left to the reader. Its
    /// neighbours need much the same blocks, so one whose prefixes were prefetched a moment ago is skipped.
    /// </summary>
    private bool PrefetchPrefixes(OpenPack pack, int block)
    {
        PackDirectory directory = pack.Directory;
        BlockRecord record = directory.Block(block);
        for (int i = examined.Contains((directory.Name, block)) ? record.Prefixes : 0; i < record.Prefixes; i++)
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

            examined.Add((directory.Name, block));
        }

        // The reader decodes it, from what is here by then.
        TryAnnounce(pack, block);
        return true;
    }

    private static bool TryAnnounce(OpenPack pack, int block)
    {
        BlockRecord record = pack.Directory.Block(block);
        return pack.Stored.TryAnnounce(record.Offset, record.Stored, pack.Directory.HoldsNodes);
    }
}
