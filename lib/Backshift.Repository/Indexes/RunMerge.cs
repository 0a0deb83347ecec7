using Backshift.Posix;
using Backshift.Repository.Objects;

namespace Backshift.Repository.Indexes;

/// <summary>
/// Joins runs of like size once there are many, so that a question asks few of them: at most <see cref="Fan"/> − 1 of each size class, eight times
/// the next smaller one, stay.
/// </summary>
internal static class RunMerge
{
    private const int Fan = 8;

    /// <summary>Joins the smallest class that is full, if any. The new run is durable before the old ones go.</summary>
    /// <exception cref="UnixException">It cannot be written.</exception>
    internal static void MergeIfMany(RepositoryDirectory repository, RunSet set)
    {
        foreach (IGrouping<int, RunReader> group in set.Runs.GroupBy(run => SizeClass(run.Count)).OrderBy(group => group.Key))
        {
            List<RunReader> runs = [.. group];
            if (runs.Count >= Fan)
            {
                Merge(repository, set, runs);
                return;
            }
        }
    }

    private static int SizeClass(long count) => (int)Math.Log(Math.Max(1, count), Fan);

    private static void Merge(RepositoryDirectory repository, RunSet set, List<RunReader> runs)
    {
        List<ObjectName> packs = [];
        Dictionary<ObjectName, uint> numbers = [];
        foreach (ObjectName pack in runs.SelectMany(run => run.Packs))
        {
            // A pack that is gone was collected; its entries must not outlive it.
            if (!numbers.ContainsKey(pack) && repository.Exists(RepositoryLayout.Pack(pack)))
            {
                numbers.Add(pack, (uint)packs.Count);
                packs.Add(pack);
            }
        }

        IEnumerable<RunEntry> Entries() => Merged(runs, numbers);
        long count = Entries().LongCount();
        set.Add(RunWriter.Publish(repository, packs, [.. runs.Select(run => run.Name)], count, Entries));
        foreach (RunReader run in runs)
        {
            repository.Delete(RepositoryLayout.Run(run.Name));
            set.Remove(run);
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
        List<RunEntry> same = [];
        byte[] buffer = new byte[RunEntry.Size * 1024];
        for (long first = 0; first < run.Count; first += 1024)
        {
            int count = (int)Math.Min(1024, run.Count - first);
            run.ReadEntries(first, buffer.AsSpan(0, count * RunEntry.Size));
            for (int i = 0; i < count; i++)
            {
                RunEntry entry = RunEntry.Read(buffer.AsSpan(i * RunEntry.Size));
                if (entry.Pack >= run.Packs.Length || !numbers.TryGetValue(run.Packs[entry.Pack], out uint pack))
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

                same.Add(entry with { Pack = pack });
            }
        }

        same.Sort();
        foreach (RunEntry ready in same)
        {
            yield return ready;
        }
    }
}
