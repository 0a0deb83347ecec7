using Backshift.Objects;
using Backshift.Posix;
using Backshift.Repository.Chunks;
using Backshift.Repository.Condemning;
using Backshift.Repository.Indexes;
using Backshift.Repository.Intents;
using Backshift.Repository.Marking;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Collecting;

/// <summary>Deletes what was condemned, when every program at work knows.</summary>
public sealed partial class Collection
{
    /// <summary>Deletes the packs of all condemned lists that every program at work has read.</summary>
    /// <param name="intent">Of this run.</param>
    /// <param name="known">The lists that this run knows.</param>
    /// <param name="choose">Finds once more what is needed, and tells which packs of these may go: all others stay, with their lists.</param>
    private void Delete(OwnIntent intent, List<ListedPacks> known, Func<LastLook, HashSet<ObjectName>> choose)
    {
        // Only lists that were there before it is asked who is at work: programs that began since have read them. Then all lists, then the savesets, then the
        // packs: those that had ended by then had published their savesets.
        List<WriterState> writers = WriterStates.Judge(repository, intent.Id, Warn);
        List<ListedPacks> ready = repository.Lag.IsPossible ? ReadyWhereListingsLag(known, writers) : [.. known.Where(list => !IsBlocked(list, writers))];
        List<ListedPacks> lists = CondemnedLists.Read(repository, Warn);
        ready.RemoveAll(list => lists.TrueForAll(other => other.Name != list.Name));
        if (ready.Count > 0)
        {
            SavesetView now = SavesetView.Of(repository, Warn);
            HashSet<ObjectName> there = [.. repository.ListPacks()];
            CheckView(now, lists, there.Count);
            HashSet<ObjectName> emptied = choose(new LastLook(now, lists, ready, there));
            using RunSet runs = RunSet.Open(repository, Warn);
            RunMerge.NoteGone(repository, runs, emptied);
            foreach (ListedPacks list in ready)
            {
                DeletePacks(list, emptied, there);
            }

            TidyIndex();
        }

        WriterStates.Clean(repository, writers);
    }

    /// <summary>The packs that hold nothing more that is needed, once what still was is copied.</summary>
    private HashSet<ObjectName> Emptied(OwnIntent intent, SavesetView view, List<ListedPacks> known, NeededChunks needed, LastLook look)
    {
        HashSet<ObjectName> condemned = PacksOf(look.Lists);
        IReadOnlyList<ObjectName> targets = [.. PacksOf(look.Ready).Where(look.There.Contains)];
        NeededChunks since = NeededNow(view, look.Now, known, look.Lists, needed, look.There);
        HashSet<ObjectName> emptied = [.. targets.Where(pack => !needed.Unopened.Contains(pack) && !since.Unopened.Contains(pack))], copied = [];
        relied.Clear();
        foreach (NeededChunks marks in since.Packs.Count == 0 ? (NeededChunks[])[needed] : [needed, since])
        {
            // Of what was copied before, this verifies that every chunk is there.
            emptied.IntersectWith(Empty(intent, targets, condemned, marks, copied));
        }

        if (repository.Lag.IsPossible)
        {
            // The copies may not be listed yet for all others.
            PutOff(look.Ready, copied);
            emptied.ExceptWith(copied);
        }

        NoteMoved(look.Now.Savesets, emptied, condemned);
        KeepIfUnsure(emptied);
        return emptied;
    }

    /// <summary>
    /// Keeps all packs if a copy that this run has relied on may not stay. A collector by lists that took this one for dead may have condemned the pack with
    /// the copy, which no saveset names, and looked for records before there was the one of this run. Either it is shown the record, or its list is found here,
    /// or, if it is done, the pack is gone.
    /// </summary>
    private void KeepIfUnsure(HashSet<ObjectName> emptied)
    {
        if (emptied.Count == 0)
        {
            return;
        }

        HashSet<ObjectName> condemned = PacksOf(CondemnedLists.Read(repository, static _ => { }));
        if (relied.Any(pack => condemned.Contains(pack) || repository.Store.Exists(ObjectPath.Pack(pack)) != true))
        {
            Wait(emptied.Count, "the next run, since another collection condemned what it relied on");
            emptied.Clear();
        }
    }

    /// <summary>
    /// What is needed, with all condemned packs absent. What was marked before counts if nothing of it has changed: the lists are those that were known then or
    /// made by this run, and every pack that has marks is still there. Then only savesets that are new are read.
    /// </summary>
    private NeededChunks NeededNow(SavesetView before, SavesetView now, List<ListedPacks> known, List<ListedPacks> lists, NeededChunks needed,
        HashSet<ObjectName> there)
    {
        HashSet<ObjectName> condemned = PacksOf(lists);
        bool isUnchanged = lists.Select(static list => list.Name).ToHashSet().SetEquals(known.Select(static list => list.Name))
            && needed.Packs.All(marks => there.Contains(marks.Pack));
        NeededChunks since = Marker.Mark(repository, isUnchanged ? now.Since(before) : now.Savesets, condemned, Note, cancel);
        if (!since.IsComplete)
        {
            _ = KeptWhole(since, condemned);
        }

        return since;
    }

    private void DeletePacks(ListedPacks list, HashSet<ObjectName> emptied, HashSet<ObjectName> there)
    {
        bool isDone = true;
        PackGroups groups = new(repository);
        foreach (ObjectName pack in list.Packs.Where(pack => there.Contains(pack) && !deleted.Contains(pack)))
        {
            cancel.ThrowIfCancellationRequested();
            long size = SizeOf(pack, out _) ?? 0;
            if (!emptied.Contains(pack))
            {
                isDone = false;
            }
            else if (repository.Store.Delete(ObjectPath.Pack(pack)))
            {
                repository.Store.Delete(ObjectPath.Parity(pack));
                deleted.Add(pack);
                Counts.DeletedPacks++;
                Counts.DeletedBytes += size;
            }
            else
            {
                isDone = false;
                Wait(1, "the store to allow that they are deleted");
            }
        }

        // A pack that came back after a crash, without the list that condemns it, would be trusted again, while a collector that was asleep still deletes it.
        foreach (ObjectName pack in list.Packs.Where(deleted.Contains))
        {
            groups.Sync(pack);
        }

        if (isDone)
        {
            End(list);
        }
    }

    /// <summary>
    /// Deletes a list whose packs are gone. Where listings lag they may show packs for a while that are gone, and another collector may have read the directory
    /// of one: so there the list stays for that long, under a new name, whose age tells when the packs went.
    /// </summary>
    private void End(ListedPacks list)
    {
        if (repository.Lag.IsPossible && list.Reason == CondemnedList.Known)
        {
            new CondemnedList(UnixTime.Now(clock), CondemnedList.Deleted, list.Packs).Publish(repository);
        }

        repository.Store.Delete(ObjectPath.CondemnedList(list.Name));
    }

    /// <summary>Drops the entries of packs that are gone from the index. It only helps.</summary>
    private void TidyIndex()
    {
        if (deleted.Count > 0)
        {
            Housekeeping.Do("the index cannot be cleaned up", Warn, () =>
            {
                using RunSet runs = RunSet.Open(repository, Warn);
                RunMerge.Drop(repository, runs, deleted);
            });
        }
    }
}
