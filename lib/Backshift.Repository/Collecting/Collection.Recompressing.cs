using Backshift.Objects;
using Backshift.Repository.Chunks;
using Backshift.Repository.Intents;
using Backshift.Repository.Marking;
using Backshift.Repository.Packs;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Collecting;

public sealed partial class Collection
{
    private readonly List<OldPack> old = [];
    private RecompressionPlan? recompression;

    /// <summary>Chooses the old packs that are compressed once more, within what may be rewritten. Where anything is missing, none are.</summary>
    private void PlanRecompression(NeededChunks needed, List<PackUse> chosen, PackShelf shelf)
    {
        if (options.Recompress is { } codec && needed.HasAll)
        {
            long left = options.MaxRewrite - chosen.Where(static pack => !pack.IsUnneeded).Sum(static pack => pack.Live);
            recompression = RecompressionPlan.Of(repository, needed, old, codec, left, cancel);
            Counts.RecompressedPacks = recompression?.Packs.Count ?? 0;
            Counts.RecompressedBytes = recompression?.Bytes ?? 0;
            if (recompression is not null)
            {
                // Where a run before this one was killed, what the old packs hold may lie in a new one already, without a mark.
                chosen.RemoveAll(pack => !pack.IsUnneeded && IsCompressedHard(pack.Pack, shelf, codec.Effort));
            }
        }
    }

    private static bool IsCompressedHard(ObjectName name, PackShelf shelf, byte effort)
    {
        if (shelf.TryOpen(name)?.Directory is not { } directory)
        {
            return false;
        }

        for (int block = 0; block < directory.BlockCount; block++)
        {
            if (directory.Block(block).Effort < effort)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Stores what is needed of old packs once more, compressed hard.</summary>
    private void Recompress(RecompressionPlan plan, OwnIntent intent, SavesetView view, HashSet<ObjectName> absent, HashSet<ObjectName> condemned,
        NeededChunks needed)
    {
        using EntrySorter sorter = new(repository.Store.CreateScratch);
        Recompression.Sort(repository, view.Savesets, condemned, plan, needed, sorter, cancel);
        using ChunkStore store = ChunkStore.Open(
            repository, workers, Warn, intent, absent, publishesAll: true, form: BlockForm.Recompressed(plan.Codec));
        using ChunkReader reader = new(store.Finder, workers, capacity: 64 << 20);
        new Recompression(plan, needed, store, reader, cancel).Run(sorter, Fault);
        rotten.UnionWith(store.Stored.Rotten);
    }
}
