using Backshift.Records;
using Backshift.Repository.Indexes;
using Backshift.Repository.Objects;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Chunks;

/// <summary>Finds chunks. What the index says is believed only if the directory of the pack says so too.</summary>
internal sealed class ChunkFinder : IDisposable
{
    private readonly RepositoryDirectory repository;
    private readonly bool lookEverywhere;
    private readonly List<Place> candidates = [];
    private readonly HashSet<(ObjectName Pack, int Slot)> bad = [];
    private RunEntry[]? strays;
    private ObjectName[] strayPacks = [];

    /// <param name="repository">The repository.</param>
    /// <param name="damaged">Is told of runs and packs that cannot be used.</param>
    /// <param name="lookEverywhere">Whether packs that no run names are looked into before a chunk is given up. For readers; a writer takes such packs into its index first.</param>
    internal ChunkFinder(RepositoryDirectory repository, Action<BackshiftException> damaged, bool lookEverywhere)
    {
        this.repository = repository;
        this.lookEverywhere = lookEverywhere;
        Runs = RunSet.Open(repository, damaged);
        Shelf = new PackShelf(repository, damaged);
    }

    internal RunSet Runs { get; }

    internal PackShelf Shelf { get; }

    /// <summary>Where a chunk lies, or null.</summary>
    internal ChunkPlace? Find(Digest digest)
    {
        foreach (OpenPack pack in Shelf.MostRecent)
        {
            int slot = pack.Directory.Find(digest);
            if (slot >= 0 && IsGood(pack.Name, slot))
            {
                Shelf.Used(pack);
                return new ChunkPlace(pack, slot);
            }
        }

        Runs.Find(digest, candidates);
        if (Check(digest) is { } place)
        {
            return place;
        }

        if (lookEverywhere)
        {
            FindStrays(digest);
            return Check(digest);
        }

        return null;
    }

    /// <summary>Never gives this place again: what lies there is damaged. Another copy may be sound.</summary>
    internal void GiveUp(ChunkPlace place) => bad.Add((place.Pack.Name, place.Slot));

    private bool IsGood(ObjectName pack, int slot) => bad.Count == 0 || !bad.Contains((pack, slot));

    private ChunkPlace? Check(Digest digest)
    {
        foreach (Place place in candidates)
        {
            if (IsGood(place.Pack, place.Slot) && Shelf.TryOpen(place.Pack) is { } pack && place.Slot < pack.Directory.ChunkCount && pack.Directory.DigestAt(place.Slot) == digest)
            {
                Shelf.Used(pack);
                return new ChunkPlace(pack, place.Slot);
            }
        }

        return null;
    }

    private void FindStrays(Digest digest)
    {
        if (strays is null)
        {
            // An entry that is damaged hides a chunk as well as a run that is gone; that is looked at only now, since it means to read the whole index.
            Runs.RemoveDamaged();
            strayPacks = [.. Runs.UnindexedPacks()];
            strays = StrayPacks.Read(strayPacks, Shelf);
        }

        candidates.Clear();
        int position = Array.BinarySearch(strays, new RunEntry(digest.Prefix, 0, 0));
        for (int i = position < 0 ? ~position : position; i < strays.Length && strays[i].Key == digest.Prefix; i++)
        {
            candidates.Add(new Place(strayPacks[strays[i].Pack], (int)strays[i].Slot));
        }
    }

    public void Dispose()
    {
        Runs.Dispose();
        Shelf.Dispose();
    }
}
