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
    private void PlanRecompression(NeededChunks needed, List<PackUse> chosen)
    {
        if (options.Recompress is { } codec && needed.HasAll)
        {
            long left = options.MaxRewrite - chosen.Where(static pack => !pack.IsUnneeded).Sum(static pack => pack.Live);
            recompression = RecompressionPlan.Of(repository, needed, old, codec, left, cancel);
            Counts.RecompressedPacks = recompression?.Packs.Count ?? 0;
            Counts.RecompressedBytes = recompression?.Bytes ?? 0;
        }
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
    }
}
