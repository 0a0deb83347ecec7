using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Condemning;
using Backshift.Repository.Marking;
using Backshift.Repository.Packs;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Collecting;

/// <summary>Notes where that is which savesets needed of packs that go: without chunks, nothing else tells.</summary>
public sealed partial class Collection
{
    // Records are joined when they are more, or when half of what they say is of no use any more.
    private const int RecordLimit = 8;
    private const int UselessLimit = 100;

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
        MovedPacks moved = MovedPacks.Read(repository, Warn), noted = new();
        HashSet<ObjectName> named = NamedBy(savesets, reader, out bool isWhole);
        moved.Follow(named);
        StoredChunks standing = new(finder, condemned), all = new(finder, condemned, countsUnreliable: true);
        HashSet<ObjectName> unread = [];
        foreach (ObjectName pack in going.Where(pack => !isWhole || named.Contains(pack)))
        {
            cancel.ThrowIfCancellationRequested();
            if (finder.Shelf.TryOpen(pack)?.Directory is not { } directory)
            {
                unread.Add(pack);
                continue;
            }

            HashSet<ObjectName> targets = [];
            for (int slot = 0; slot < directory.ChunkCount; slot++)
            {
                // Also what is not needed: there is little that is elsewhere too.
                Digest digest = directory.DigestAt(slot);
                if ((standing.Find(digest) is { } place ? standing.NodeOf(place) : all.Find(digest) is { } other ? all.NodeOf(other) : null) is { } node)
                {
                    AddPacks(node, targets);
                }
            }

            noted.Add(pack, targets);
        }

        AddBroken(finder.Shelf, standing, pack => !condemned.Contains(pack) && (!isWhole || named.Contains(pack)), noted);
        if (unread.Count > 0)
        {
            Cover(savesets, unread, condemned, noted, reader);
        }

        noted.Publish(repository, clock);
    }

    /// <summary>
    /// Notes where the chunks are of blocks that stay and cannot be read any more, since what they are deltas against goes: they were stored plainly elsewhere.
    /// </summary>
    private void AddBroken(PackShelf shelf, StoredChunks standing, Predicate<ObjectName> stays, MovedPacks noted)
    {
        foreach (ObjectName name in repository.ListPacks())
        {
            cancel.ThrowIfCancellationRequested();
            if (!stays(name) || shelf.TryOpen(name) is not { Directory: { PrefixCount: > 0 } directory } pack)
            {
                continue;
            }

            HashSet<ObjectName> targets = [];
            for (int block = 0; block < directory.BlockCount; block++)
            {
                int slot = directory.FirstSlot(block);
                if (directory.Block(block).Prefixes == 0 || standing.NodeOf(new ChunkPlace(pack, slot)).IsWhole)
                {
                    continue;
                }

                for (; slot < directory.FirstSlot(block + 1); slot++)
                {
                    if (standing.Find(directory.DigestAt(slot)) is { } place)
                    {
                        AddPacks(standing.NodeOf(place), targets);
                    }
                }
            }

            if (targets.Count > 0)
            {
                noted.Add(name, targets);
            }
        }
    }

    /// <summary>
    /// Notes, for savesets that name packs which are gone, without a record that says where their chunks are, all packs that they need: a record may have been
    /// lost. And joins records.
    /// </summary>
    private void CoverGone()
    {
        List<Saveset> savesets = [.. SavesetView.Of(repository, static _ => { }).Savesets];
        MovedPacks moved = MovedPacks.Read(repository, deleted.Count > 0 ? static _ => { } : Warn), noted = new();
        using ChunkFinder finder = new(repository, static _ => { }, isReader: true, footprint: ChunkFinder.WalkFootprint);
        using ChunkReader reader = new(finder, null, capacity: 8 << 20);
        HashSet<ObjectName> named = NamedBy(savesets, reader, out bool isWhole);
        moved.Follow(named);
        HashSet<ObjectName> gone = [.. named];
        gone.ExceptWith(repository.ListPacks());
        gone.RemoveWhere(pack => moved.Knows(pack) || repository.Store.Exists(ObjectPath.Pack(pack)) != false);
        if (gone.Count > 0)
        {
            Cover(savesets, gone, PacksOf(CondemnedLists.Read(repository, Warn)), noted, reader);
            noted.Publish(repository, clock);
        }

        if (isWhole)
        {
            Join(moved, named, reader);
        }
    }

    /// <summary>Notes for packs whose directory cannot be read all packs that the savesets need which name them.</summary>
    private void Cover(IReadOnlyList<Saveset> savesets, HashSet<ObjectName> gone, HashSet<ObjectName> condemned, MovedPacks noted, ChunkReader reader)
    {
        List<Saveset> touched = [.. savesets.Where(saveset => saveset.DataExpired is null && NamesOrNone(saveset, reader).Any(gone.Contains))];
        NeededChunks needed = Marker.Mark(repository, touched, condemned, static _ => { }, cancel);
        if (!needed.IsComplete || needed.Unopened.Count > 0)
        {
            // It is not known what they need: then no record says so either.
            return;
        }

        // Between these packs and those stands a name that no pack has, so that not each of them lists all.
        ObjectName all = ObjectName.Random();
        noted.Add(all, needed.Packs.Select(static marks => marks.Pack).Where(pack => !condemned.Contains(pack)));
        foreach (ObjectName pack in gone)
        {
            noted.Add(pack, [all]);
        }
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

    private List<ObjectName> NamesOrNone(Saveset saveset, ChunkReader reader)
    {
        try
        {
            return [.. NamedPacks.Of(repository, saveset, reader)];
        }
        catch (BackshiftException e) when (e is not StoreException)
        {
            return [];
        }
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
