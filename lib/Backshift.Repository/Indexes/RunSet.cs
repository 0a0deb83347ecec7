using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Indexes;

/// <summary>
/// All runs of a repository that no other run replaces, open. Runs only speed up lookups: one that cannot be used is reported once and given up, and its chunks
/// are found in the packs themselves.
/// </summary>
internal sealed class RunSet : IDisposable
{
    // Each has a descriptor. Runs are joined by eights, so honest repositories have fewer than a hundred.
    private const int MaxRuns = 512;

    // The filters of a hundred million chunks. Beyond it a lookup costs a read of 32 bytes for each run.
    private const long UsualFootprint = 128 << 20;

    // That they are gone only saves work: a pack that cannot be opened is noticed too.
    private const int MaxGone = 1 << 18;

    // Two writers that join at the same time can make two runs that replace the same ones; this many pairs are compared.
    private const int MaxPairs = 1000;

    private readonly RepositoryDirectory repository;
    private readonly Action<BackshiftException> damaged;
    private readonly List<RunReader> runs = [];
    private readonly HashSet<ObjectName> passedOver = [];
    private readonly HashSet<ObjectName> broken = [];
    private readonly HashSet<ObjectName> leftovers = [];
    private readonly List<(ObjectName Name, string Reason)> unsaid = [];
    private readonly HashSet<ObjectName> gone = [];
    private readonly long maxFootprint;
    private bool listingFailed;

    private RunSet(RepositoryDirectory repository, Action<BackshiftException> damaged, long maxFootprint)
    {
        this.maxFootprint = maxFootprint;
        this.repository = repository;
        this.damaged = damaged;
    }

    internal IReadOnlyList<RunReader> Runs => runs;

    /// <summary>Runs that are damaged, for a writer to replace.</summary>
    internal IReadOnlyCollection<ObjectName> Broken => broken;

    /// <summary>Runs that are still there although another one replaces them, for a writer to delete.</summary>
    internal IReadOnlyCollection<ObjectName> Leftovers => leftovers;

    /// <summary>How many runs were given up so far: their chunks have to be looked for in packs.</summary>
    internal int Losses { get; private set; }

    /// <summary>Opens the runs.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="damaged">Receives each run that cannot be used, once.</param>
    /// <param name="maxFootprint">How many bytes of tables and filters may be kept in memory; what has no room is read when it is needed.</param>
    internal static RunSet Open(RepositoryDirectory repository, Action<BackshiftException> damaged, long maxFootprint = UsualFootprint)
    {
        RunSet set = new(repository, damaged, maxFootprint);
        set.Refresh();
        return set;
    }

    /// <summary>Whether a name must not be used again: its run was replaced or given up.</summary>
    internal bool IsPassedOver(ObjectName name) => passedOver.Contains(name);

    /// <summary>Opens the runs that were published since, and closes those that they replace.</summary>
    internal void Refresh()
    {
        // A run that is gone when it is to be opened was replaced after the listing; the one in its place is in the next. If a listing is out of date, the
        // packs themselves are searched for what it does not show.
        const int Listings = 10;
        HashSet<ObjectName> listed = [];
        for (int i = 0; i < Listings && !TryOpenListed(listed); i++)
        {
        }

        CloseReplaced();
        PassOverRivals();
        leftovers.IntersectWith(listed);
        Report();
    }

    /// <summary>Opens a run that this process has published, whether a listing shows it or not.</summary>
    internal void Add(ObjectName name)
    {
        if (runs.TrueForAll(run => run.Name != name) && TryOpen(name, [.. runs.Select(static run => run.Name)], isOften: true)
            && runs.Find(run => run.Name == name) is { } opened)
        {
            opened.IsNew = true;
        }

        CloseReplaced();
        PassOverRivals();
        Report();
    }

    /// <summary>Gives up a run: its chunks are found in the packs themselves.</summary>
    /// <param name="run">The run.</param>
    /// <param name="reason">Why: "its entries do not match their checksum".</param>
    /// <param name="isDamaged">Whether a writer may replace it; not if it cannot be read just now.</param>
    internal void GiveUp(RunReader run, string reason, bool isDamaged)
    {
        Close(run);
        passedOver.Add(run.Name);
        if (isDamaged)
        {
            broken.Add(run.Name);
        }

        Losses++;
        unsaid.Add((run.Name, reason));
        Report();
    }

    /// <summary>Gives up the runs that give a place for a key that the pack does not have there: no correct run does.</summary>
    internal void GiveUpWrong(ulong key, Place place)
    {
        List<Place> found = [];
        for (int i = runs.Count - 1; i >= 0; i--)
        {
            found.Clear();
            try
            {
                runs[i].Find(key, found);
            }
            catch (StoreException)
            {
                continue;
            }
            catch (BackshiftException e)
            {
                GiveUp(runs[i], e.Message, isDamaged: true);
                continue;
            }

            if (found.Contains(place))
            {
                GiveUp(runs[i], $"gives slot {place.Slot} of pack {place.Pack} for a chunk that is not there", isDamaged: true);
            }
        }
    }

    /// <summary>A damaged run has been deleted.</summary>
    internal void Forget(ObjectName name)
    {
        broken.Remove(name);
        leftovers.Remove(name);
    }

    /// <summary>The places that the runs give for a digest; each still has to be checked.</summary>
    internal void Find(Digest digest, List<Place> found) => Find(digest.Prefix, found);

    /// <summary>The places that the runs give for digests that begin with these bytes.</summary>
    internal void Find(ulong key, List<Place> found)
    {
        FindNamed(key, found);
        if (gone.Count > 0)
        {
            found.RemoveAll(place => gone.Contains(place.Pack));
        }
    }

    /// <summary>Has the pages be asked for that a look-up reads, where that takes long.</summary>
    /// <returns>False if one was not, since so much is asked for.</returns>
    internal bool TryAnnounce(ulong key) => runs.TrueForAll(run => run.TryAnnounce(key));

    /// <summary>Whether a look-up would wait for pages that were announced.</summary>
    internal bool IsUnderWay(ulong key) => runs.Exists(run => run.IsUnderWay(key));

    /// <summary>How many chunks a pack probably has; see <see cref="RunReader.EstimateChunks"/>. Reads nothing that <see cref="Find(ulong, List{Place})"/> has
    /// not just read.</summary>
    /// <param name="key">A key.</param>
    /// <param name="place">A place that was found for it.</param>
    /// <returns>0 if that cannot be told.</returns>
    internal int EstimateChunks(ulong key, Place place)
    {
        foreach (RunReader run in runs)
        {
            try
            {
                if (run.EstimateChunks(key, place) is > 0 and int chunks)
                {
                    return chunks;
                }
            }
            catch (BackshiftException)
            {
                // It is said when it is asked for a place.
            }
        }

        return 0;
    }

    /// <summary>Whether a run lists a pack as gone.</summary>
    internal bool IsGone(ObjectName pack) => gone.Contains(pack);

    private void FindNamed(ulong key, List<Place> found)
    {
        found.Clear();
        for (int i = runs.Count - 1; i >= 0; i--)
        {
            try
            {
                runs[i].Find(key, found);
            }
            catch (StoreException e)
            {
                GiveUp(runs[i], $"cannot be read: {e.Reason}", isDamaged: false);
            }
            catch (BackshiftException e)
            {
                GiveUp(runs[i], e.Message, isDamaged: true);
            }
        }
    }

    /// <summary>The packs that a listing shows and no run names.</summary>
    /// <param name="listed">Takes all that it shows.</param>
    internal List<ObjectName> UnindexedPacks(HashSet<ObjectName>? listed = null)
    {
        List<ObjectName> packs = [];
        try
        {
            packs.AddRange(repository.ListPacks());
        }
        catch (BackshiftException e)
        {
            // What was listed so far is better than nothing.
            Say(e.Message);
        }

        listed?.UnionWith(packs);
        HashSet<ObjectName> unindexed = [.. packs];
        for (int i = runs.Count - 1; i >= 0; i--)
        {
            try
            {
                unindexed.ExceptWith(gone.Count == 0 ? runs[i].Packs : runs[i].Packs.Where(pack => !gone.Contains(pack)));
            }
            catch (StoreException e)
            {
                GiveUp(runs[i], $"cannot be read: {e.Reason}", isDamaged: false);
                return UnindexedPacks();
            }
        }

        packs.RemoveAll(pack => !unindexed.Contains(pack));
        return packs;
    }

    public void Dispose()
    {
        runs.ForEach(static run => run.Dispose());
        runs.Clear();
    }

    private bool TryOpenListed(HashSet<ObjectName> listed)
    {
        listed.Clear();
        try
        {
            listed.UnionWith(repository.ListRuns());
        }
        catch (BackshiftException e)
        {
            Say(e.Message);
            return true;
        }

        HashSet<ObjectName> open = [.. runs.Select(static run => run.Name)];
        bool complete = true;
        foreach (ObjectName name in listed)
        {
            if (runs.Count >= MaxRuns)
            {
                CloseReplaced();
            }

            complete &= open.Contains(name) || passedOver.Contains(name) || runs.Count >= MaxRuns || TryOpen(name, listed);
        }

        return complete;
    }

    /// <summary>Opens a run, or notes why not; false if it is gone.</summary>
    private bool TryOpen(ObjectName name, HashSet<ObjectName> listed, bool isOften = false)
    {
        RunOpening opening = RunReader.TryOpen(repository, name, maxFootprint - runs.Sum(static run => run.Footprint), isOften);
        if (opening.Run is { } run)
        {
            runs.Add(run);
            NoteReplaced(run, listed);
            return true;
        }

        if (opening.Trouble == RunTrouble.Gone)
        {
            return false;
        }

        passedOver.Add(name);
        unsaid.Add((name, opening.Reason));
        if (opening.Trouble == RunTrouble.Damaged)
        {
            broken.Add(name);
        }

        return true;
    }

    /// <summary>Notes which of the files that are there a run replaces. One that is itself replaced still does.</summary>
    private void NoteReplaced(RunReader run, HashSet<ObjectName> listed)
    {
        try
        {
            foreach (ObjectName name in run.Gone)
            {
                if (gone.Count < MaxGone)
                {
                    gone.Add(name);
                }
            }

            foreach (ObjectName name in run.Replaced)
            {
                if (listed.Contains(name))
                {
                    leftovers.Add(name);
                }
                else if (!runs.Exists(open => open.Name == name))
                {
                    continue;
                }

                passedOver.Add(name);
            }
        }
        catch (StoreException e)
        {
            GiveUp(run, $"cannot be read: {e.Reason}", isDamaged: false);
        }
    }

    private void CloseReplaced() => runs.FindAll(run => passedOver.Contains(run.Name)).ForEach(Close);

    /// <summary>Of two runs that replace the same ones, the one that replaces fewer; writers that ended together made both.</summary>
    private void PassOverRivals()
    {
        List<RunReader> joined =
            [.. runs.Where(static run => run.ReplacedCount > 0).OrderByDescending(static run => run.ReplacedCount).ThenBy(static run => run.Name)];
        int pairs = 0;
        for (int i = joined.Count - 1; i > 0; i--)
        {
            for (int j = 0; j < i && pairs < MaxPairs; j++, pairs++)
            {
                if (IsSubset(joined[i], joined[j]))
                {
                    passedOver.Add(joined[i].Name);
                    leftovers.Add(joined[i].Name);
                    Close(joined[i]);
                    break;
                }
            }
        }
    }

    /// <summary>Whether all that <paramref name="less"/> replaces is replaced by <paramref name="more"/> too; of names in order, as writers write
    /// them.</summary>
    private bool IsSubset(RunReader less, RunReader more)
    {
        try
        {
            using IEnumerator<ObjectName> names = more.Replaced.GetEnumerator();
            foreach (ObjectName name in less.Replaced)
            {
                do
                {
                    if (!names.MoveNext())
                    {
                        return false;
                    }
                }
                while (names.Current.CompareTo(name) < 0);

                if (names.Current != name)
                {
                    return false;
                }
            }

            return true;
        }
        catch (StoreException)
        {
            // This only saves work; the next lookup in the run gives it up.
            return false;
        }
    }

    private void Close(RunReader run)
    {
        runs.Remove(run);
        run.Dispose();
    }

    /// <summary>Reports the runs that cannot be used, unless others replace them.</summary>
    private void Report()
    {
        foreach ((ObjectName name, string reason) in unsaid.Where(one => !leftovers.Contains(one.Name)))
        {
            damaged(new BackshiftException(ExitCode.DataError, $"run {name}: {reason}", "the index only speeds up look-ups: the packs themselves are searched"
                + (broken.Contains(name) ? ", and the next save replaces the damaged run" : "")));
        }

        unsaid.Clear();
    }

    private void Say(string trouble)
    {
        if (!listingFailed)
        {
            listingFailed = true;
            damaged(new BackshiftException(ExitCode.DataError, trouble, "the parts of the index that can be read are still used"));
        }
    }
}
