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
    private readonly DamagedPlaces bad = new();
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

    /// <summary>Where a chunk lies in a block that is less deep than <paramref name="below"/>, or null; see backshift-repository(5), "depth".</summary>
    internal ChunkPlace? Find(Digest digest, int below)
    {
        if (Find(digest) is not { } first)
        {
            return null;
        }

        if (below > PackLimits.Depth || first.Pack.Directory.Block(first.Block).Depth < below)
        {
            return first;
        }

        foreach (ChunkPlace place in Places(digest))
        {
            if (place.Pack.Directory.Block(place.Block).Depth < below)
            {
                return place;
            }
        }

        return null;
    }

    /// <summary>All places of a chunk that are not given up, one after the other as they are asked for; one may come twice.</summary>
    internal IEnumerable<ChunkPlace> Places(Digest digest)
    {
        List<Place> found = [];
        Runs.Find(digest, found);
        foreach (Place place in found)
        {
            if (Check(digest, place, given: false) is { } good)
            {
                yield return good;
            }
        }

        if (lookEverywhere)
        {
            FindStrays(digest);
            foreach (Place place in candidates.ToArray())
            {
                if (Check(digest, place, given: false) is { } good)
                {
                    yield return good;
                }
            }
        }
    }

    /// <summary>Whether a run names a chunk like this one, wherever it is now.</summary>
    internal bool IsNamed(Digest digest)
    {
        Runs.Find(digest, candidates);
        return candidates.Count > 0;
    }

    /// <summary>Never gives this place again: what lies there is damaged. Another copy may be sound.</summary>
    /// <param name="place">The place.</param>
    /// <param name="reason">What is wrong with it, in words that follow "chunk …: ".</param>
    internal void GiveUp(ChunkPlace place, string reason) => bad.Add(place, reason);

    /// <summary>How often a place was given up so far.</summary>
    internal long GivenUp => bad.Count;

    /// <summary>Why a chunk that is there cannot be read, or null if it was never given up.</summary>
    internal string? DamageOf(Digest digest)
    {
        Runs.Find(digest, candidates);
        if (strays is not null)
        {
            List<Place> named = [.. candidates];
            FindStrays(digest);
            candidates.AddRange(named);
        }

        foreach (Place place in candidates)
        {
            if (Check(digest, place, given: true) is { } damaged)
            {
                return bad.Reason(damaged);
            }
        }

        return null;
    }

    private bool IsGood(ObjectName pack, int slot) => !bad.Contains(pack, slot);

    private ChunkPlace? Check(Digest digest)
    {
        foreach (Place place in candidates)
        {
            if (Check(digest, place, given: false) is { } good)
            {
                return good;
            }
        }

        return null;
    }

    /// <summary>The place, if the pack's directory has the chunk there and it is one that was given up, or one that was not.</summary>
    private ChunkPlace? Check(Digest digest, Place place, bool given)
    {
        if (Shelf.TryOpen(place.Pack) is { } pack && place.Slot < pack.Directory.ChunkCount && pack.Directory.DigestAt(place.Slot) == digest && IsGood(place.Pack, place.Slot) != given)
        {
            Shelf.Used(pack);
            return new ChunkPlace(pack, place.Slot);
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
