using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Indexes;
using Backshift.Repository.Intents;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Copying;

/// <summary>The repository that is copied to, as a writer sees it: which chunks it holds, and which names of packs may be used there.</summary>
internal sealed class CopyTarget
{
    // 16 bytes an entry: at most 16 MB.
    private const int EntriesAtOnce = 1 << 20;

    private readonly Action<BackshiftException> warn;
    private readonly HashSet<ObjectName> packs;
    private readonly HashSet<ObjectName> plain = [];
    private readonly List<ObjectName> unindexed = [];
    private readonly List<RunEntry> entries = [];
    private readonly HashSet<ObjectName> unusable = [];
    private readonly Lazy<MovedPacks> moved;
    private readonly bool isBeingCollected;

    /// <param name="repository">The repository.</param>
    /// <param name="store">Takes chunks; opened, so that the intent of this program is published.</param>
    /// <param name="warn">Receives objects that cannot be used.</param>
    internal CopyTarget(RepositoryDirectory repository, ChunkStore store, Action<BackshiftException> warn)
    {
        Directory = repository;
        Store = store;
        this.warn = warn;
        moved = new Lazy<MovedPacks>(() => MovedPacks.Read(repository, warn));
        isBeingCollected = IsCollectorAtWork();
        packs = [.. repository.ListPacks()];
    }

    internal RepositoryDirectory Directory { get; }

    internal ChunkStore Store { get; }

    /// <summary>Where chunks are of packs that were deleted.</summary>
    internal MovedPacks Moved => moved.Value;

    /// <summary>Whether a pack is there, as far as the listing showed, and nothing that it holds had to be copied all the same.</summary>
    internal bool HasPack(ObjectName name) => packs.Contains(name) && !Store.Condemned.Contains(name) && !unusable.Contains(name);

    /// <summary>
    /// Whether a pack may be published under the name that it has elsewhere. One that was condemned is condemned for ever: a collector may be about to delete
    /// it by its name. The lists of one that is not at work any more are all there, or what they named is gone.
    /// </summary>
    internal bool MayTakeName(ObjectName name) => !isBeingCollected && !packs.Contains(name) && !Store.Condemned.Contains(name)
        && !Store.Finder.Runs.IsGone(name) && !Moved.Knows(name);

    /// <summary>The same pack here; null if there is none that may be relied on.</summary>
    internal OpenPack? TryOpenSame(OpenPack pack)
    {
        if (!HasPack(pack.Name))
        {
            return null;
        }

        if (Store.Finder.Shelf.TryOpen(pack.Name) is { Stored.IsReliable: true } same && same.Directory.ChunkCount == pack.Directory.ChunkCount
            && (Store.Stored.NotBefore is not { } time || same.Stored.Received.CompareTo(time) >= 0))
        {
            // Its chunks are looked for in it before the index is asked.
            Store.Finder.Shelf.Used(same);
            return same;
        }

        unusable.Add(pack.Name);
        return null;
    }

    /// <summary>
    /// Whether a chunk that lies in a pack elsewhere need not be copied. A copy counts only if its block is no deeper, since deltas find their prefixes by
    /// that.
    /// </summary>
    /// <param name="pack">The pack.</param>
    /// <param name="slot">The chunk.</param>
    /// <param name="same">The same pack here. What its deltas are made against may be missing still: it is needed too, and copied for itself.</param>
    internal bool Holds(OpenPack pack, int slot, OpenPack? same) =>
        (same is not null && same.Directory.DigestAt(slot) == pack.Directory.DigestAt(slot)) || Find(pack, slot) is not null;

    /// <summary>Where a chunk counts as stored that lies in a pack elsewhere, with all that it is a delta against; null if it does not.</summary>
    internal ChunkPlace? Find(OpenPack pack, int slot)
    {
        PackDirectory directory = pack.Directory;
        return Store.Stored.Find(directory.DigestAt(slot), directory.Block(directory.BlockOf(slot)).Depth + 1) is { } place
            && place.Size == directory.SizeAt(slot) ? place : null;
    }

    /// <summary>Notes a pack that this program has published as it is.</summary>
    /// <param name="directory">Its directory, as it was written: it need not be read again.</param>
    /// <param name="hasDeltas">Whether a chunk in it that is needed is a delta.</param>
    /// <exception cref="StoreException">A run cannot be written.</exception>
    internal void Add(PackDirectory directory, bool hasDeltas)
    {
        packs.Add(directory.Name);
        if (!hasDeltas)
        {
            plain.Add(directory.Name);
        }

        StrayPacks.AddEntries(directory, (uint)unindexed.Count, entries);
        unindexed.Add(directory.Name);
        if (entries.Count >= EntriesAtOnce)
        {
            PublishRun();
        }
    }

    /// <summary>Relies on all that is needed of a pack, if this program has published it and no chunk that is needed is a delta: then it is all there.
    /// </summary>
    internal bool TryRely(ObjectName pack)
    {
        if (!plain.Contains(pack))
        {
            return false;
        }

        Store.Stored.Relied?.Invoke(pack);
        return true;
    }

    /// <summary>Takes packs into the index that were published as they are, also those of a copy that was interrupted.</summary>
    /// <exception cref="StoreException">A run cannot be written.</exception>
    internal void Index()
    {
        PublishRun();
        StrayPacks.Adopt(Directory, Store.Finder.Runs, warn);
        Store.Finder.Renew();
    }

    private void PublishRun()
    {
        if (unindexed.Count > 0)
        {
            entries.Sort();
            Store.Finder.Runs.Add(RunWriter.Publish(Directory, unindexed, [], entries.Count, () => entries));
            unindexed.Clear();
            entries.Clear();
        }
    }

    /// <summary>Renews the intent if it is time.</summary>
    internal void Renew() => Housekeeping.Do("the intent of this copy cannot be renewed", warn, Store.Intent.RenewIfDue);

    /// <summary>
    /// Whether a collector may be at work that began before this program had announced itself: it may have read lists that are gone by now. One that is dead
    /// is known by its lock, on the machine of the disk. Elsewhere it may be suspended, even one that has a fence, and delete by these lists when it wakes.
    /// </summary>
    private bool IsCollectorAtWork()
    {
        foreach (ObjectPath path in Directory.Store.List(ObjectType.Intent))
        {
            if (IntentPath.TryParse(path.Path.Name, out ObjectName id, out long number) && id != Store.Intent.Id && !ListingLag.IsMark(path)
                && (number == 0 ? Directory.Lag.IsPossible : IsCollector(path)))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsCollector(ObjectPath path)
    {
        try
        {
            return Intent.TryRead(Directory, path, out UnixTime _) is { Kind: IntentKind.Collect } intent && !IsDead(intent, path);
        }
        catch (BackshiftException)
        {
            return true;
        }
    }

    private bool IsDead(Intent intent, ObjectPath path) => !Directory.Lag.IsPossible && intent.Boot is { } boot && boot == Directory.Store.Boot
        && Directory.Store.IsHeld(path) == false;
}
