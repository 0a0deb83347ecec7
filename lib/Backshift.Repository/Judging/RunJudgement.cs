using Backshift.Objects;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
using Backshift.Repository.Indexes;

namespace Backshift.Repository.Judging;

/// <summary>
/// Verifies what a run says: its entries are those of the packs that it names, no pack that it calls gone is there, and it leaves out no pack of a run that it
/// replaces. Otherwise readers would not find what others have stored, or take it for deleted.
/// </summary>
internal static class RunJudgement
{
    /// <summary>What is wrong with a run; null if nothing is.</summary>
    /// <param name="repository">Where it is going to be.</param>
    /// <param name="finder">Knows the runs and packs that are there.</param>
    /// <param name="name">The name that the run is to have.</param>
    /// <param name="content">The run; left to the caller.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    internal static string? FaultOf(RepositoryDirectory repository, ChunkFinder finder, ObjectName name, IStoredObject content)
    {
        RunOpening opening = RunReader.Unpublished(content, name);
        if (opening.Run is not { } run)
        {
            return opening.Reason ?? "is no run";
        }

        RunSums sums = new(run.PackCount);
        if (run.Check(sums) is { } damage)
        {
            return damage;
        }

        finder.Runs.Refresh();
        foreach (ObjectName gone in run.Gone)
        {
            if (IsThere(gone))
            {
                return $"says that pack {gone} is gone, and it is there";
            }
        }

        // What was joined of runs that are there need not be compared with each pack.
        HashSet<ObjectName> named = [.. run.Packs];
        Dictionary<ObjectName, (int, ulong)> joined = [];
        HashSet<ObjectName> replaced = [.. run.Replaced];
        foreach (RunReader before in finder.Runs.Runs.Where(one => replaced.Contains(one.Name)))
        {
            RunSums its = new(before.PackCount, sums);
            bool isSound = before.Check(its) is null;
            int number = 0;
            foreach (ObjectName pack in before.Packs)
            {
                if (isSound && named.Contains(pack))
                {
                    joined[pack] = its.Of(number);
                }
                else if (!named.Contains(pack) && IsThere(pack))
                {
                    return $"replaces run {before.Name} and leaves out pack {pack}";
                }

                number++;
            }
        }

        int next = 0;
        foreach (ObjectName pack in run.Packs)
        {
            int number = next++;
            if ((!joined.TryGetValue(pack, out (int, ulong) entries) || entries != sums.Of(number))
                && finder.Shelf.TryOpen(pack) is { } open && !sums.Match(number, open.Directory)
                && RunCheck.FaultOf(run, sums.CountOf(number), open) is { } fault)
            {
                return fault;
            }
        }

        return null;

        // One that is about to be deleted is called gone by a run of the collector's.
        bool IsThere(ObjectName pack) => !finder.Runs.IsGone(pack) && repository.Store.Exists(ObjectPath.Pack(pack)) != false;
    }
}
