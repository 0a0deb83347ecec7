using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Indexes;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Chunks;

/// <summary>
/// Finds chunks. The index is believed only if the directory of the pack agrees. The view is that of the last listing: other writers publish meanwhile, so it
/// is renewed before anything is reported as missing.
/// </summary>
internal sealed class ChunkFinder : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // Each of them is a reason to look again, once.
    private const int LostLimit = 1 << 16;

    /// <summary>How many bytes of the index are kept by a program that walks what savesets need: it looks up what is there, most often in a pack that was used
    /// last, so filters, which tell what is not there, save it little.</summary>
    internal const long WalkFootprint = 32 << 20;

    // Where listing takes long, at most a twentieth of the time goes into it.
    private const int PauseFactor = 19;

    private readonly RepositoryDirectory repository;
    private readonly Action<BackshiftException> damaged;
    private readonly bool isReader;
    private readonly TimeProvider clock;
    private readonly List<Place> candidates = [];
    private readonly DamagedPlaces bad = new();
    private readonly StrayEntries strays;
    private readonly HashSet<ObjectName> lost = [];
    private PackGroups groups;
    private int lossesSeen;
    private bool isOutdated = true;
    private long looked;
    private TimeSpan pause = Pause;
    private bool saidBeyond;
    private long looks;

    /// <param name="repository">The repository.</param>
    /// <param name="damaged">Receives runs and packs that cannot be used.</param>
    /// <param name="isReader">
    /// Whether everything is tried before a chunk is given up: the view is renewed, and packs are searched whatever the index says about them. A writer that
    /// has the bytes in hand stores them instead.
    /// </param>
    /// <param name="clock">Measures the time since the last listing; null for the system's clock.</param>
    /// <param name="damagedPack">Receives packs that cannot be used; null for <paramref name="damaged"/>.</param>
    /// <param name="shelf">How many bytes of directories of packs are kept.</param>
    /// <param name="heals">Whether packs whose directory is damaged are opened with the help of parity, as a reader does.</param>
    /// <param name="footprint">How many bytes of the index are kept; null for as many as a writer needs.</param>
    internal ChunkFinder(RepositoryDirectory repository, Action<BackshiftException> damaged, bool isReader, TimeProvider? clock = null,
        Action<ObjectName, BackshiftException>? damagedPack = null, long shelf = PackShelf.UsualFootprint, bool heals = false,
        long? footprint = null)
    {
        this.repository = repository;
        this.damaged = damaged;
        this.isReader = isReader;
        this.clock = clock ?? repository.Clock;
        groups = new PackGroups(repository);
        Runs = footprint is { } limit ? RunSet.Open(repository, damaged, limit) : RunSet.Open(repository, damaged);
        Shelf = new PackShelf(repository, Damaged, shelf, heals: isReader || heals);
        strays = new StrayEntries(Shelf);
        lossesSeen = Runs.Losses;

        void Damaged(ObjectName pack, BackshiftException trouble)
        {
            // A pack that a run lists as gone is not needed.
            if (!Runs.IsGone(pack))
            {
                (damagedPack ?? ((_, fault) => damaged(fault)))(pack, trouble);
            }
        }
    }

    internal RunSet Runs { get; }

    /// <summary>Knows the packs of this writer that it need not be told of: what they hold is known without them. Null if there are none.</summary>
    internal Func<ObjectName, bool>? IsOwn { get; set; }

    internal PackShelf Shelf { get; }

    /// <summary>How the chunks are named.</summary>
    internal ChunkNaming Naming => repository.Config.Naming;

    /// <summary>Whether reads are to be announced; see <see cref="IObjectStore"/>.</summary>
    internal bool TakesAnnouncements => repository.Store.TakesAnnouncements;

    /// <summary>Whether a chunk lies in one of the packs that were used last, which is known without the index.</summary>
    internal bool IsInRecentPack(Digest digest)
    {
        for (int i = 0; i < Shelf.MostRecent.Count; i++)
        {
            if (Shelf.MostRecent[i].Directory.Find(digest) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Where a chunk lies, or null.</summary>
    internal ChunkPlace? Find(Digest digest) => isReader ? FindAnywhere(digest) : FindKnown(digest);

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

    /// <summary>All places of a chunk that are known, found as they are asked for; one may come twice.</summary>
    /// <param name="digest">The chunk.</param>
    /// <param name="withGivenUp">Whether those come too that were given up.</param>
    internal IEnumerable<ChunkPlace> Places(Digest digest, bool withGivenUp = false)
    {
        List<Place> found = [];
        Runs.Find(digest, found);
        strays.Find(digest.Prefix, found);
        foreach (Place place in found)
        {
            ChunkPlace? there = Check(digest, place, given: false);
            if ((there ?? (withGivenUp ? Check(digest, place, given: true) : null)) is { } known)
            {
                yield return known;
            }
        }
    }

    /// <summary>A digest that begins with these bytes, of a chunk in a block that is less deep than <paramref name="below"/>; null if there is none. There may
    /// be others.</summary>
    internal Digest? FindBeginning(ulong key, int below)
    {
        List<Place> found = [];
        Runs.Find(key, found);
        strays.Find(key, found);
        foreach (Place place in found)
        {
            if (Shelf.TryOpen(place.Pack)?.Directory is { } directory && place.Slot < directory.ChunkCount && directory.DigestAt(place.Slot) is var digest
                && digest.Prefix == key && Find(digest, below) is not null)
            {
                return digest;
            }
        }

        return null;
    }

    /// <summary>Whether a run names a chunk like this one, wherever it is now.</summary>
    internal bool IsNamed(Digest digest)
    {
        Runs.Find(digest, candidates);
        return candidates.Count > 0;
    }

    /// <summary>
    /// Renews or widens the view; false if a chunk that is not found by now is not there. The first step lists what was published since. The second one is
    /// expensive and taken once: the whole index is compared with the packs that it names, and whatever it hid is found from then on.
    /// </summary>
    internal bool LookFurther()
    {
        if (isOutdated || (isReader && clock.GetElapsedTime(looked) >= pause))
        {
            Renew();
            return true;
        }

        int losses = Runs.Losses;
        GiveUpWrongRuns(CancellationToken.None);
        return losses != Runs.Losses;
    }

    /// <summary>Notes that something was read that may refer to chunks published since the last listing.</summary>
    internal void Outdate() => isOutdated = true;

    /// <summary>Renews the view: lists the runs, then the packs that none of them names.</summary>
    internal void Renew()
    {
        isOutdated = false;
        looks++;
        looked = clock.GetTimestamp();
        Runs.Refresh();
        LookForStrays();
        TimeSpan rest = clock.GetElapsedTime(looked) * PauseFactor;
        pause = rest > Pause ? rest : Pause;
    }

    /// <summary>Gives up the runs that do not find all chunks of the packs that they name; see <see cref="RunCheck"/>.</summary>
    internal void GiveUpWrongRuns(CancellationToken cancel)
    {
        RunCheck.GiveUpWrong(Runs, Shelf, cancel);
        if (lossesSeen != Runs.Losses)
        {
            LookForStrays();
        }
    }

    /// <summary>Never returns this place again: the chunk there is damaged. Another copy may be sound.</summary>
    /// <param name="place">The place.</param>
    /// <param name="reason">What is wrong with it, in words that follow "chunk …: ".</param>
    internal void GiveUp(ChunkPlace place, string reason)
    {
        bad.Add(place, reason);
        NoteLost(place.Pack.Name);
    }

    /// <summary>Gives up every place that another finder of this repository has given up.</summary>
    /// <returns>Whether there is any.</returns>
    internal bool GiveUpAsIn(ChunkFinder other)
    {
        bad.AddAll(other.bad);
        return other.bad.Count > 0;
    }

    /// <summary>Whether a place was given up.</summary>
    internal bool HasGivenUp => bad.Count > 0;

    /// <summary>Changes whenever something else may be found than before: a place was given up, or the view is another.</summary>
    internal long Changes => bad.Count + looks + Runs.Losses;

    /// <summary>Why a chunk that is there cannot be read, or null if it was never given up.</summary>
    internal string? DamageOf(Digest digest)
    {
        Runs.Find(digest, candidates);
        strays.Find(digest.Prefix, candidates);
        foreach (Place place in candidates.ToArray())
        {
            if (Check(digest, place, given: true) is { } damaged)
            {
                return bad.Reason(damaged);
            }
        }

        return null;
    }

    private bool IsGood(ObjectName pack, int slot) => !bad.Contains(pack, slot);

    private ChunkPlace? FindKnown(Digest digest)
    {
        // By number: this is done for every chunk, and an enumerator would be an object each time.
        IReadOnlyList<OpenPack> recent = Shelf.MostRecent;
        for (int i = 0; i < recent.Count; i++)
        {
            OpenPack pack = recent[i];
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

        if (lossesSeen != Runs.Losses)
        {
            LookForStrays();
        }

        candidates.Clear();
        strays.Find(digest.Prefix, candidates);
        return candidates.Count > 0 ? Check(digest) : null;
    }

    private ChunkPlace? FindAnywhere(Digest digest)
    {
        ChunkPlace? place = FindKnown(digest);
        while (place is null && LookFurther())
        {
            place = FindKnown(digest);
        }

        return place ?? FindBeyond(digest);
    }

    /// <summary>Searches the packs for which there was no room in memory, one by one.</summary>
    private ChunkPlace? FindBeyond(Digest digest)
    {
        if (strays.Beyond.Count > 0 && !saidBeyond)
        {
            saidBeyond = true;
            damaged(new BackshiftException(ExitCode.DataError,
                $"the index lacks {strays.Beyond.Count} more packs than are kept in memory: each of them is searched, which is slow",
                "the next save rebuilds the index"));
        }

        foreach (ObjectName name in strays.Beyond)
        {
            if (Shelf.TryOpen(name) is { } pack && pack.Directory.Find(digest) is >= 0 and int slot && IsGood(name, slot))
            {
                Shelf.Used(pack);
                return new ChunkPlace(pack, slot);
            }
        }

        return null;
    }

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

    /// <summary>The place, if the pack's directory has the chunk there and it is one that was given up, or one that was not. A run that names another chunk
    /// there is given up.</summary>
    private ChunkPlace? Check(Digest digest, Place place, bool given)
    {
        if (Shelf.TryOpen(place.Pack, ChunksOf(digest, place)) is not { } pack)
        {
            NoteLost(place.Pack);
            return null;
        }

        if (place.Slot >= pack.Directory.ChunkCount || pack.Directory.DigestAt(place.Slot).Prefix != digest.Prefix)
        {
            Runs.GiveUpWrong(digest.Prefix, place);
            return null;
        }

        if (pack.Directory.DigestAt(place.Slot) == digest && IsGood(place.Pack, place.Slot) != given)
        {
            Shelf.Used(pack);
            return new ChunkPlace(pack, place.Slot);
        }

        return null;
    }

    /// <summary>How many chunks the pack of a place has, where a second request for a long directory would take longer than more bytes with the first; 0 for
    /// no matter.</summary>
    private int ChunksOf(Digest digest, Place place) =>
        TakesAnnouncements && !Shelf.IsOpen(place.Pack) ? Runs.EstimateChunks(digest.Prefix, place) : 0;

    /// <summary>A collector may have copied a chunk elsewhere and deleted this pack, a moment after the last look: so the next one comes at once.</summary>
    private void NoteLost(ObjectName pack) => isOutdated |= lost.Count < LostLimit && lost.Add(pack);

    private void LookForStrays()
    {
        groups = new PackGroups(repository);
        strays.Update(Runs.UnindexedPacks(), pack => IsOwn?.Invoke(pack) != true && IsDurable(pack));
        lossesSeen = Runs.Losses;
    }

    /// <summary>A saveset must not rely on a pack of another writer whose name may be gone after a crash.</summary>
    private bool IsDurable(ObjectName pack)
    {
        if (isReader)
        {
            return true;
        }

        return Housekeeping.Do("a pack of another writer is not used", damaged, () => groups.Sync(pack));
    }

    public void Dispose()
    {
        Runs.Dispose();
        Shelf.Dispose();
    }
}
