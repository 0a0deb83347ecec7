using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Indexes;

/// <summary>
/// Joins runs of similar size once there are many, so that a lookup has to read few of them: at most <see cref="Fan"/> − 1 of each size class, eight times
/// the next smaller one, stay. It is only an optimization: where it fails, the caller goes on.
/// </summary>
internal static class RunMerge
{
    private const int Fan = 8;

    // Joining one class can fill the next. More than a few joins in a row would be a bug.
    private const int MaxMerges = 16;

    // What is written anew whole for the sake of one pack: 64 MB.
    private const long ShortRun = 4 << 20;
    private const int GoodPart = 16;

    // 16 MB, some 20 ms.
    private const long ScrubbedEntries = 1 << 20;

    // Those of a filter of 5 MB.
    private const long ManyEntries = 1 << 22;

    /// <summary>Deletes runs that others replace, and joins the classes that are full. A run is deleted only after its replacement is durable.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="set">The runs.</param>
    /// <param name="damaged">Receives packs that cannot be used when a damaged run is made anew.</param>
    /// <exception cref="StoreException">A run cannot be written or deleted.</exception>
    /// <exception cref="BackshiftException">A run was damaged while it was read.</exception>
    internal static void Tidy(RepositoryDirectory repository, RunSet set, Action<BackshiftException> damaged)
    {
        RunCheck.Scrub(set, ScrubbedEntries);
        if (Choose(set) is null && set.Leftovers.Count == 0 && set.Broken.Count == 0)
        {
            return;
        }

        using IDisposable? alone = TryLease(repository, out bool isBusy);
        if (isBusy)
        {
            return;
        }

        // Another writer may have done it since.
        set.Refresh();
        DeleteLeftovers(repository, set);
        for (int i = 0; i < MaxMerges && Choose(set) is { } runs && TryMerge(repository, set, runs); i++)
        {
            DeleteLeftovers(repository, set);
        }

        if (set.Broken.Count > 0)
        {
            StrayPacks.Adopt(repository, set, damaged);
        }
    }

    /// <summary>
    /// Writes runs anew without the entries of packs that are gone: those of which a good part is gone, and short ones. Entries that stay cost a look-up that
    /// comes to nothing, and go when their run is joined with others.
    /// </summary>
    /// <param name="repository">Where.</param>
    /// <param name="set">The runs.</param>
    /// <param name="deleted">The packs that are gone.</param>
    /// <exception cref="StoreException">A run cannot be written or deleted.</exception>
    internal static void Drop(RepositoryDirectory repository, RunSet set, IReadOnlySet<ObjectName> deleted)
    {
        using IDisposable? alone = TryLease(repository, out bool isBusy);
        if (isBusy)
        {
            return;
        }

        set.Refresh();
        DeleteLeftovers(repository, set);
        List<RunReader> touched = set.Runs.Where(run =>
        {
            int gone = run.Packs.Count(deleted.Contains);
            return run.PackCount == 0 || (gone > 0 && (run.Count <= ShortRun || gone >= run.PackCount / GoodPart));
        }).OrderBy(static run => run.Count).ToList();
        while (touched.Count > 0)
        {
            List<RunReader> together = [touched[0]];
            long entries = touched[0].Count, packs = touched[0].PackCount;
            foreach (RunReader run in touched.Skip(1).TakeWhile(run => (entries += run.Count) <= ShortRun && (packs += run.PackCount) <= RunFile.MaxPacks))
            {
                together.Add(run);
            }

            touched.RemoveRange(0, together.Count);
            TryMerge(repository, set, together, least: 1);
            DeleteLeftovers(repository, set);
        }

    }

    /// <summary>Publishes a run that says of packs that they are gone, before they are deleted: whatever runs name them, nobody takes that for
    /// damage.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="set">The runs.</param>
    /// <param name="packs">The packs.</param>
    /// <exception cref="StoreException">The run cannot be written.</exception>
    internal static void NoteGone(RepositoryDirectory repository, RunSet set, IReadOnlySet<ObjectName> packs)
    {
        // Also those that no run names: a writer that starts at this moment may be about to add them to one.
        foreach (ObjectName[] gone in packs.Where(pack => !set.IsGone(pack)).Order().Chunk(RunFile.MaxGone))
        {
            ObjectName name = ObjectName.Random();
            if (!RunWriter.TryPublish(repository, name, [], [], gone, 0, static () => []))
            {
                throw StoreException.NameTwice($"run {name}");
            }

            set.Add(name);
        }
    }

    /// <summary>The runs to be joined next: the smallest of a class that is full, as many as fit into one.</summary>
    private static List<RunReader>? Choose(RunSet set)
    {
        foreach (IGrouping<int, RunReader> group in set.Runs.GroupBy(static run => SizeClass(run.Count)).OrderBy(static group => group.Key))
        {
            if (group.Count() < Fan)
            {
                continue;
            }

            List<RunReader> chosen = [];
            long entries = 0, packs = 0, replaced = set.Leftovers.Count;
            foreach (RunReader run in group.OrderBy(static run => run.Count))
            {
                entries += run.Count;
                packs += run.PackCount;
                replaced++;
                if (entries > RunFile.MaxMergedEntries || packs > RunFile.MaxPacks || replaced > RunFile.MaxReplaced)
                {
                    break;
                }

                chosen.Add(run);
            }

            if (chosen.Count > 1)
            {
                return chosen;
            }
        }

        return null;
    }

    private static int SizeClass(long count) => (int)Math.Log(Math.Max(1, count), Fan);

    /// <summary>Keeps other writers from the same work, for as long as it is held. Where there are no locks, or none that all writers see, the work is done
    /// twice.</summary>
    private static IDisposable? TryLease(RepositoryDirectory repository, out bool isBusy)
    {
        isBusy = false;
        try
        {
            IDisposable? lease = repository.Store.TryLease(LeaseKind.Tidying);
            isBusy = lease is null;
            return lease;
        }
        catch (StoreException)
        {
            return null;
        }
    }

    private static bool TryMerge(RepositoryDirectory repository, RunSet set, List<RunReader> runs, int least = 2)
    {
        // Damaged entries must not get a new checksum: such a run is left until it is made anew from the packs.
        foreach (RunReader run in runs.ToArray())
        {
            if (Damage(run, out bool isDamaged) is { } damage)
            {
                set.GiveUp(run, damage, isDamaged);
                runs.Remove(run);
            }
        }

        if (runs.Count < least)
        {
            return true;
        }

        List<ObjectName> packs = [];
        Dictionary<ObjectName, uint> numbers = [];
        foreach (ObjectName pack in runs.SelectMany(static run => run.Packs))
        {
            // A pack that is gone was collected; its entries must not outlive it. A pack that cannot be examined now is not gone.
            if (!numbers.ContainsKey(pack) && !set.IsGone(pack) && repository.Store.Exists(ObjectPath.Pack(pack)) != false)
            {
                numbers.Add(pack, (uint)packs.Count);
                packs.Add(pack);
            }
        }

        // Runs that these replace and that are still there would come back to life once these are deleted.
        ObjectName[] replaced =
            [.. runs.SelectMany(static run => run.Replaced).Where(set.Leftovers.Contains).Concat(runs.Select(static run => run.Name)).Distinct().Order()];
        IEnumerable<RunEntry> Entries() => Merged(runs, numbers);
        ObjectName name = NameFor(replaced);
        if (set.IsPassedOver(name))
        {
            name = ObjectName.Random();
        }

        // Only what another run still names has to be remembered as gone.
        HashSet<ObjectName> gone = [.. runs.SelectMany(static run => run.Gone)];
        if (gone.Count > 0)
        {
            gone.IntersectWith(set.Runs.Except(runs).SelectMany(static run => run.Packs));
        }

        long count = Entries().LongCount();
        MakeRoom(set, count);
        bool published = RunWriter.TryPublish(repository, name, packs, replaced, [.. gone], count, Entries);
        set.Add(name);
        return published;
    }

    /// <summary>Takes the filters of all runs out of memory: that of the new run may take 84 MB, and no question comes before it is done.</summary>
    private static void MakeRoom(RunSet set, long count)
    {
        foreach (RunReader run in set.Runs)
        {
            run.ReleaseFilter();
        }

        // The collector leaves large arrays alone for long.
        if (count >= ManyEntries)
        {
            GC.Collect();
        }
    }

    /// <summary>What is wrong with a run by itself, or null.</summary>
    /// <param name="run">The run.</param>
    /// <param name="isDamaged">Whether it is damaged; not if it cannot be read just now.</param>
    /// <param name="limit">Of one with more entries only so many are read.</param>
    internal static string? Damage(RunReader run, out bool isDamaged, long limit = long.MaxValue)
    {
        isDamaged = true;
        try
        {
            return run.Count <= limit ? run.Check() : run.CheckPart(limit);
        }
        catch (StoreException e)
        {
            isDamaged = false;
            return $"cannot be read: {e.Reason}";
        }
    }

    /// <summary>Writers that join the same runs make the same name: the second finds it taken.</summary>
    internal static ObjectName NameFor(IReadOnlyList<ObjectName> replaced)
    {
        byte[] names = new byte[replaced.Count * ObjectName.Size];
        for (int i = 0; i < replaced.Count; i++)
        {
            replaced[i].CopyTo(names.AsSpan(i * ObjectName.Size));
        }

        Span<byte> hash = stackalloc byte[Sha256.HashSizeInBytes];
        Sha256.HashData(names, hash);
        return ObjectName.Read(hash);
    }

    /// <summary>Deletes runs that others replace. A run that claims to replace others and does not name their packs is not believed.</summary>
    private static void DeleteLeftovers(RepositoryDirectory repository, RunSet set)
    {
        if (set.Leftovers.Count == 0)
        {
            return;
        }

        HashSet<ObjectName> unindexed = [.. set.UnindexedPacks()];
        foreach (ObjectName name in set.Leftovers.ToArray())
        {
            RunOpening opening = RunReader.TryOpen(repository, name, room: 0);
            using RunReader? run = opening.Run;
            if (run is not null ? !run.Packs.Any(unindexed.Contains) : opening.Trouble == RunTrouble.Damaged)
            {
                if (!repository.Store.Delete(ObjectPath.Run(name)))
                {
                    // Readers know that another one replaces it.
                    return;
                }

                set.Forget(name);
            }
        }
    }

    private static IEnumerable<RunEntry> Merged(List<RunReader> runs, Dictionary<ObjectName, uint> numbers)
    {
        PriorityQueue<IEnumerator<RunEntry>, RunEntry> heads = new();
        foreach (RunReader run in runs)
        {
            IEnumerator<RunEntry> entries = Renumbered(run, numbers).GetEnumerator();
            if (entries.MoveNext())
            {
                heads.Enqueue(entries, entries.Current);
            }
        }

        RunEntry? last = null;
        while (heads.TryDequeue(out IEnumerator<RunEntry>? entries, out RunEntry entry))
        {
            if (last != entry)
            {
                yield return entry;
                last = entry;
            }

            if (entries.MoveNext())
            {
                heads.Enqueue(entries, entries.Current);
            }
        }
    }

    // Renumbering can break the order among entries with one key; those few are sorted again.
    private static IEnumerable<RunEntry> Renumbered(RunReader run, Dictionary<ObjectName, uint> numbers)
    {
        uint[] renumbered = [.. run.Packs.Select(pack => numbers.GetValueOrDefault(pack, uint.MaxValue))];
        List<RunEntry> same = [];
        foreach (RunEntry entry in run.ReadAll())
        {
            if (entry.Pack >= renumbered.Length || renumbered[entry.Pack] == uint.MaxValue)
            {
                continue;
            }

            if (same.Count > 0 && same[0].Key != entry.Key)
            {
                same.Sort();
                foreach (RunEntry ready in same)
                {
                    yield return ready;
                }

                same.Clear();
            }

            same.Add(entry with { Pack = renumbered[entry.Pack] });
        }

        same.Sort();
        foreach (RunEntry ready in same)
        {
            yield return ready;
        }
    }
}
