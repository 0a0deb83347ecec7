using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Condemning;
using Backshift.Repository.Marking;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Collecting;

/// <summary>Collecting by the packs that savesets name, without any chunk; see backshift-repository(5), "Collecting by lists".</summary>
public sealed partial class Collection
{
    /// <summary>Chooses the packs that no saveset names. One that is chosen by mistake stays condemned for ever, since nothing is copied here.</summary>
    private List<ObjectName> ChooseByLists(List<ObjectName> listed, List<ListedPacks> lists, SavesetView view, UnixTime? oldestSave)
    {
        HashSet<ObjectName> condemned = PacksOf(lists);
        HashSet<ObjectName> needed = NeededByLists(view, lists, [.. listed]);
        List<ObjectName> chosen = [];
        Counts.UnusedBytes = null;
        Counts.Savesets = view.Savesets.Count;
        foreach (ObjectName pack in listed)
        {
            cancel.ThrowIfCancellationRequested();
            if (SizeOf(pack, out UnixTime published) is not { } size)
            {
                continue;
            }

            Counts.Packs++;
            Counts.Bytes += size;
            bool isYoung = oldestSave is { } since && published.CompareTo(since) >= 0;
            if (!isYoung && !needed.Contains(pack) && !condemned.Contains(pack))
            {
                chosen.Add(pack);
                Counts.UnneededPacks++;
                Counts.UnneededBytes += size;
            }
        }

        return chosen;
    }

    /// <summary>Which packs may go: those that are still not named.</summary>
    private HashSet<ObjectName> UnneededByLists(LastLook look)
    {
        HashSet<ObjectName> targets = [.. PacksOf(look.Ready).Where(look.There.Contains)];
        HashSet<ObjectName> needed = NeededByLists(look.Now, look.Lists, look.There);
        int kept = targets.RemoveWhere(needed.Contains);
        if (kept > 0)
        {
            Wait(kept, "a collection that can copy what is needed of them, with the key itself");
        }

        return targets;
    }

    /// <summary>The packs that savesets need.</summary>
    /// <exception cref="BackshiftException">It cannot be told: nothing may be deleted.</exception>
    private HashSet<ObjectName> NeededByLists(SavesetView view, List<ListedPacks> lists, HashSet<ObjectName> there)
    {
        HashSet<ObjectName> needed = [];
        using ChunkFinder? finder = repository.ReadsPacks ? new ChunkFinder(repository, Warn, isReader: true, footprint: ChunkFinder.WalkFootprint) : null;
        using ChunkReader? reader = finder is null ? null : new ChunkReader(finder, null, capacity: 8 << 20);
        if (reader is not null)
        {
            AddPacksOfLists(view, PacksOf(lists), needed);
        }

        foreach (Saveset saveset in view.Savesets)
        {
            cancel.ThrowIfCancellationRequested();
            if (saveset.Packs.Count == 0 && (saveset.Root is not null || saveset.ProblemList.Parts.Count > 0 || saveset.ProblemList.List is not null))
            {
                throw NotKnown(saveset, "it does not name the packs that it needs");
            }

            try
            {
                needed.UnionWith(NamedPacks.Of(repository, saveset, reader));
            }
            catch (BackshiftException e) when (e is not StoreException)
            {
                throw NotKnown(saveset, e.Message);
            }
        }

        // One that cannot be read may be the one that says where a chunk is.
        MovedPacks moved = MovedPacks.Read(repository, static trouble => throw trouble);
        moved.Follow(needed);
        HashSet<ObjectName> damaged = PacksOf(lists.Where(static list => list.Reason == CondemnedList.Damaged));
        foreach (ObjectName pack in needed.Where(pack => !moved.Knows(pack)))
        {
            if (damaged.Contains(pack) || (!there.Contains(pack) && repository.Store.Exists(ObjectPath.Pack(pack)) != true))
            {
                throw new BackshiftException(ExitCode.DataError,
                    $"{repository.Root}: pack {pack}, which savesets name, is {(damaged.Contains(pack) ? "damaged" : "gone")}, "
                    + "and no record says where its chunks are: nothing is deleted", "collect once with the key itself, and without --by-lists");
            }
        }

        return needed;
    }

    /// <summary>Adds the packs that hold the chunks in which savesets name others.</summary>
    private void AddPacksOfLists(SavesetView view, HashSet<ObjectName> condemned, HashSet<ObjectName> needed)
    {
        // What is left of a saveset without its tree and its problem records.
        Saveset[] bare = [.. view.Savesets.Where(static saveset => saveset.Packs.List is not null)
            .Select(static saveset => saveset with { Root = null, ProblemList = new StoredEntry(saveset.ProblemList.Entry) })];
        NeededChunks marks = Marker.Mark(repository, bare, condemned, Note, cancel);
        if (!marks.HasAll)
        {
            throw NotKnown(marks.Incomplete.FirstOrDefault() ?? bare[0], "the list of its packs cannot be read");
        }

        needed.UnionWith(marks.Packs.Select(static pack => pack.Pack));
    }

    private static BackshiftException NotKnown(Saveset saveset, string why) => new(ExitCode.DataError,
        $"saveset {saveset.Name}: {why}: it is not known what it needs, and nothing is deleted", "collect with the key itself, and without --by-lists");
}
