using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Condemning;
using Backshift.Repository.Marking;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Collecting;

/// <summary>Notes where that is which savesets needed of packs that go: without chunks, nothing else tells.</summary>
public sealed partial class Collection
{
    // Records are joined when they are more, or when half of what they say is of no use any more.
    private const int RecordLimit = 8;
    private const int UselessLimit = 100;

    private bool hasReadMoved;

    /// <summary>Notes where the chunks are of packs that are about to be deleted and that savesets name.</summary>
    /// <param name="savesets">All savesets.</param>
    /// <param name="going">The packs.</param>
    /// <param name="condemned">All condemned packs.</param>
    private void NoteMoved(IReadOnlyList<Saveset> savesets, HashSet<ObjectName> going, HashSet<ObjectName> condemned)
    {
        if (going.Count == 0)
        {
            return;
        }

        using ChunkFinder finder = new(repository, Warn, isReader: true, footprint: ChunkFinder.WalkFootprint);
        using ChunkReader reader = new(finder, null, capacity: 8 << 20);
        MovedPacks noted = new();
        HashSet<ObjectName> named = NamedBy(savesets, reader, out bool isWhole), unread = [];
        ReadMoved().Follow(named);
        List<ObjectName> packs = [.. going.Where(pack => !isWhole || named.Contains(pack))];
        if (packs.Count == 0)
        {
            return;
        }

        // What was copied a moment ago may be in no run yet.
        finder.Renew();

        // What another list condemns is still there, and may be all that is left: when it goes, its own record leads on, since this one leads to it.
        StoredChunks standing = new(finder, going, countsUnreliable: true);
        HashSet<ObjectName> elsewhere = PlainCopies(finder, standing, going);
        foreach (ObjectName pack in packs)
        {
            cancel.ThrowIfCancellationRequested();
            if (finder.Shelf.TryOpen(pack)?.Directory is not { } directory)
            {
                unread.Add(pack);
                continue;
            }

            // Also what is not needed: there is little that is elsewhere too.
            HashSet<ObjectName> targets = [.. elsewhere];
            for (int slot = 0; slot < directory.ChunkCount; slot++)
            {
                AddPlaces(directory.DigestAt(slot), finder, standing, going, targets);
            }

            noted.Add(pack, targets);
        }

        if (unread.Count > 0)
        {
            Cover(savesets, unread, going, condemned, noted);
        }

        noted.Publish(repository, clock);
    }

    /// <summary>
    /// The packs that hold the chunks of blocks which cannot be read any more, since what they are deltas against goes: they were stored plainly. Each
    /// saveset that needs such a delta comes to the pack of its prefix, so that is where the record belongs: one for the pack of the delta, which stays, would
    /// hide that it is damaged one day.
    /// </summary>
    private HashSet<ObjectName> PlainCopies(ChunkFinder finder, StoredChunks standing, HashSet<ObjectName> going)
    {
        HashSet<ObjectName> targets = [];
        foreach (ObjectName name in repository.ListPacks())
        {
            cancel.ThrowIfCancellationRequested();
            if (going.Contains(name) || finder.Shelf.TryOpen(name) is not { Directory: { PrefixCount: > 0 } directory } pack)
            {
                continue;
            }

            for (int block = 0; block < directory.BlockCount; block++)
            {
                int slot = directory.FirstSlot(block);
                if (directory.Block(block).Prefixes == 0 || standing.NodeOf(new ChunkPlace(pack, slot)).IsWhole)
                {
                    continue;
                }

                for (; slot < directory.FirstSlot(block + 1); slot++)
                {
                    AddPlaces(directory.DigestAt(slot), finder, standing, going, targets);
                }
            }
        }

        return targets;
    }

    /// <summary>Adds the packs of all copies of a chunk: which of them are sound is not known here.</summary>
    private static void AddPlaces(Digest digest, ChunkFinder finder, StoredChunks standing, HashSet<ObjectName> going, HashSet<ObjectName> packs)
    {
        foreach (ChunkPlace place in finder.Places(digest).ToArray())
        {
            if (!going.Contains(place.Pack.Name))
            {
                AddPacks(standing.NodeOf(place), packs);
            }
        }
    }

    /// <summary>
    /// Notes, for savesets that name packs which are gone, without a record that says where their chunks are, all packs that they need: a record may have been
    /// lost. And joins records.
    /// </summary>
    private void CoverGone()
    {
        // What cannot be read was told when this run looked the first time.
        List<Saveset> savesets = [.. SavesetView.Of(repository, static _ => { }).Savesets];
        MovedPacks moved = ReadMoved(), noted = new();
        using ChunkFinder finder = new(repository, static _ => { }, isReader: true, footprint: ChunkFinder.WalkFootprint);
        using ChunkReader reader = new(finder, null, capacity: 8 << 20);
        HashSet<ObjectName> named = NamedBy(savesets, reader, out bool isWhole);
        moved.Follow(named);
        HashSet<ObjectName> gone = [.. named];
        gone.ExceptWith(repository.ListPacks());

        // Where a record cannot be read, others that know the pack need not say all.
        gone.RemoveWhere(pack => (moved.IsWhole && moved.Knows(pack)) || repository.Store.Exists(ObjectPath.Pack(pack)) != false);
        if (gone.Count > 0)
        {
            Cover(savesets, gone, gone, PacksOf(CondemnedLists.Read(repository, Warn)), noted);
            noted.Publish(repository, clock);
        }

        if (isWhole)
        {
            Join(moved, named, reader);
        }
    }

    /// <summary>
    /// Notes for packs whose directory cannot be read all packs that savesets need: of all savesets, as some may come to the pack by way of another one.
    /// </summary>
    private void Cover(
        IReadOnlyList<Saveset> savesets, HashSet<ObjectName> gone, HashSet<ObjectName> going, HashSet<ObjectName> condemned, MovedPacks noted)
    {
        NeededChunks needed = Marker.Mark(repository, savesets, condemned, static _ => { }, cancel);
        if (!needed.HasAll || needed.Unopened.Count > 0)
        {
            // What is missing may be stored again one day, and a record could not lead there.
            return;
        }

        // Between these packs and those stands a name that no pack has, so that not each of them lists all.
        ObjectName all = ObjectName.Random();
        noted.Add(all, needed.Packs.Select(static marks => marks.Pack).Where(pack => !going.Contains(pack)));
        foreach (ObjectName pack in gone)
        {
            noted.Add(pack, [all]);
        }
    }

    /// <summary>Reads the records of moved packs; what cannot be read is told once.</summary>
    private MovedPacks ReadMoved()
    {
        MovedPacks moved = MovedPacks.Read(repository, hasReadMoved ? static _ => { } : Warn);
        hasReadMoved = true;
        return moved;
    }

    /// <summary>
    /// Condemns packs in which blocks were found to be damaged, as a repair does: what is needed of them is copied out by the next run, which notes where to. A
    /// saveset may name such a pack, and a sound copy lie in one that none names. One that only a damaged list names is condemned once more: writers pass over
    /// that list, and from now on there is one that they can read.
    /// </summary>
    private void CondemnRotten()
    {
        rotten.ExceptWith(deleted);
        rotten.ExceptWith(PacksOf(CondemnedLists.Read(repository, static _ => { })));
        CondemnedList.PublishAll(repository, clock, CondemnedList.Damaged, rotten);
    }

    /// <summary>Puts one record in the place of many, without what no saveset needs any more.</summary>
    private void Join(MovedPacks moved, HashSet<ObjectName> named, ChunkReader reader)
    {
        named.UnionWith(NamedBy(SavesetCatalog.ListExpired(repository, static _ => { }), reader, out _));
        moved.Follow(named);
        MovedPacks useful = moved.Of(named);
        if (moved.Records.Count > RecordLimit || moved.Count - useful.Count > useful.Count + UselessLimit)
        {
            useful.Publish(repository, clock);
            moved.Records.ForEach(name => repository.Store.Delete(ObjectPath.Moved(name)));
        }
    }

    /// <summary>The packs that savesets name.</summary>
    private HashSet<ObjectName> NamedBy(IEnumerable<Saveset> savesets, ChunkReader reader, out bool isWhole)
    {
        isWhole = true;
        HashSet<ObjectName> named = [];
        foreach (Saveset saveset in savesets)
        {
            try
            {
                cancel.ThrowIfCancellationRequested();
                named.UnionWith(NamedPacks.Of(repository, saveset, reader));
            }
            catch (BackshiftException e) when (e is not StoreException)
            {
                isWhole = false;
            }
        }

        return named;
    }

    /// <summary>Adds the pack of a block, and those of all blocks that it is a delta against.</summary>
    private static void AddPacks(DeltaNode node, HashSet<ObjectName> packs)
    {
        // As deep as deltas are, at most.
        packs.Add(node.Pack);
        foreach (DeltaNode prefix in node.Prefixes)
        {
            AddPacks(prefix, packs);
        }
    }
}
