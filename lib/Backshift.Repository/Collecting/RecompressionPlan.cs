using Backshift.Objects;
using Backshift.Repository.Chunks;
using Backshift.Repository.Codecs;
using Backshift.Repository.Configuration;
using Backshift.Repository.Marking;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Collecting;

/// <summary>Which packs are recompressed.</summary>
/// <param name="Codec">With what.</param>
/// <param name="Packs">They.</param>
/// <param name="Bytes">Their lengths, added up.</param>
/// <param name="Pinned">Their chunks that stay as they are.</param>
internal sealed record RecompressionPlan(CodecChoice Codec, IReadOnlySet<ObjectName> Packs, long Bytes, PinnedPrefixes Pinned)
{
    // Of what is pinned it depends which packs are recompressed, and the other way round.
    private const int Rounds = 8;

    /// <summary>Chooses packs of contents of which at least half would be compressed harder than it is.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="needed">What is needed: all of it is known.</param>
    /// <param name="old">The packs that are old enough.</param>
    /// <param name="codec">With what.</param>
    /// <param name="limit">How many bytes of packs at most; the oldest are taken first.</param>
    /// <param name="cancel">Ends it between two packs.</param>
    /// <returns>Null if there are none.</returns>
    internal static RecompressionPlan? Of(
        RepositoryDirectory repository, NeededChunks needed, IEnumerable<OldPack> old, CodecChoice codec, long limit, CancellationToken cancel)
    {
        // What cannot be used was reported when the marks were made.
        using ChunkFinder finder = new(repository, static _ => { }, isReader: true);
        List<OldPack> chosen = [];
        foreach (OldPack pack in old.OrderBy(static pack => pack.Published).ThenBy(static pack => pack.Pack))
        {
            cancel.ThrowIfCancellationRequested();
            if (pack.Size <= limit && IsWorthwhile(finder, needed, pack, codec.Effort, pinned: null))
            {
                limit -= pack.Size;
                chosen.Add(pack);
            }
        }

        PinnedPrefixes? pinned = null;
        for (int round = 1, removed = 1; removed > 0 && chosen.Count > 0; round++)
        {
            pinned = PinnedPrefixes.Of(finder, needed, chosen.Select(static pack => pack.Pack).ToHashSet(), cancel);
            if (pinned is null)
            {
                return null;
            }

            removed = round < Rounds ? chosen.RemoveAll(pack => !IsWorthwhile(finder, needed, pack, codec.Effort, pinned)) : 0;
        }

        return chosen.Count == 0 ? null
            : new RecompressionPlan(codec, chosen.Select(static pack => pack.Pack).ToHashSet(), chosen.Sum(static pack => pack.Size), pinned!);
    }

    private static bool IsWorthwhile(ChunkFinder finder, NeededChunks needed, OldPack old, byte effort, PinnedPrefixes? pinned)
    {
        if (needed.Of(old.Pack) is not { } marks || finder.Shelf.TryOpen(old.Pack) is not { } pack || pack.Directory.HoldsNodes)
        {
            return false;
        }

        PackDirectory directory = pack.Directory;
        long live = 0, won = 0;
        for (int block = 0; block < directory.BlockCount; block++)
        {
            BlockRecord record = directory.Block(block);
            long all = 0, free = 0;
            for (int slot = directory.FirstSlot(block); slot < directory.FirstSlot(block + 1); slot++)
            {
                int size = marks.IsNeeded(slot) ? directory.SizeAt(slot) : 0;
                all += size;
                free += pinned?.Contains(old.Pack, slot) == true ? 0 : size;
            }

            live += Share(record, all);
            won += record.Effort < effort ? Share(record, free) : 0;
        }

        return won > 0 && won >= live / 2;
    }

    /// <summary>What some of a block's content takes as stored, in bytes.</summary>
    private static long Share(BlockRecord block, long content) => (long)((double)block.Stored * content / block.Content);
}
