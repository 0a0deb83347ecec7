using System.Runtime.ExceptionServices;
using Backshift.Objects;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Indexes;

/// <summary>Compares runs with the packs that they name. A run whose checksums are right can still have been written wrong.</summary>
internal static class RunCheck
{
    private const int AtOnce = 4;

    /// <summary>Gives up the runs that do not find all chunks of all packs that they name. Reads the whole index, and the directories of all packs that it
    /// names.</summary>
    /// <param name="set">The runs. Those that were already found to be right are not checked again.</param>
    /// <param name="shelf">Opens the packs.</param>
    /// <param name="cancel">Ends it between two packs.</param>
    internal static void GiveUpWrong(RunSet set, PackShelf shelf, CancellationToken cancel)
    {
        foreach (RunReader run in set.Runs.Where(static run => !run.IsVerified).ToArray())
        {
            string? wrong;
            bool isDamaged = true;
            try
            {
                wrong = Verify(run, shelf, cancel);
            }
            catch (StoreException e)
            {
                wrong = $"cannot be read: {e.Reason}";
                isDamaged = false;
            }

            run.IsVerified = wrong is null;
            if (wrong is not null)
            {
                set.GiveUp(run, wrong, isDamaged);
            }
        }
    }

    /// <summary>
    /// Gives up runs that do not match their checksums: all of a small index, a part of a large one, another each time. Otherwise a run that is rarely used
    /// would stay damaged until it is joined with others. Of a run with more entries than are left to be read, a part is: the pages of a run verify themselves.
    /// </summary>
    /// <param name="set">The runs.</param>
    /// <param name="entries">How many entries are read at most, about.</param>
    internal static void Scrub(RunSet set, long entries)
    {
        RunReader[] runs = [.. set.Runs.Where(static run => !run.IsVerified && !run.IsNew)];
        Random.Shared.Shuffle(runs);
        List<(RunReader Run, long Limit)> chosen = [];
        foreach (RunReader run in runs.TakeWhile(_ => entries > 0))
        {
            chosen.Add((run, entries));
            entries -= run.Count;
        }

        // Several at once: where they are elsewhere, each costs a turn.
        (string? Damage, bool IsDamaged)[] found = new (string?, bool)[chosen.Count];
        try
        {
            Parallel.For(0, found.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, i =>
            {
                string? damage = RunMerge.Damage(chosen[i].Run, out bool isDamaged, chosen[i].Limit);
                found[i] = (damage, isDamaged);
            });
        }
        catch (AggregateException several)
        {
            // One of them says as much as all: the store is gone.
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }

        for (int i = 0; i < found.Length; i++)
        {
            if (found[i].Damage is { } damage)
            {
                set.GiveUp(chosen[i].Run, damage, found[i].IsDamaged);
            }
        }
    }

    /// <summary>What is wrong with a run, or null. Packs that cannot be opened prove nothing.</summary>
    private static string? Verify(RunReader run, PackShelf shelf, CancellationToken cancel)
    {
        RunSums sums = new(run.PackCount);
        if (run.Check(sums) is { } damage)
        {
            return damage;
        }

        int number = 0;
        foreach (ObjectName name in run.Packs)
        {
            cancel.ThrowIfCancellationRequested();
            if (shelf.TryOpen(name) is { } pack && !sums.Match(number, pack.Directory) && FaultOf(run, sums.CountOf(number), pack) is { } fault)
            {
                return fault;
            }

            number++;
        }

        return null;
    }

    /// <summary>What is wrong with the entries of a pack: looks up every chunk.</summary>
    internal static string? FaultOf(RunReader run, int count, OpenPack pack)
    {
        List<Place> found = [];
        for (int slot = 0; slot < pack.Directory.ChunkCount; slot++)
        {
            found.Clear();
            run.Find(pack.Directory.DigestAt(slot).Prefix, found);
            if (!found.Contains(new Place(pack.Name, slot)))
            {
                return $"does not find chunk {pack.Directory.DigestAt(slot)}, which lies in pack {pack.Name}";
            }
        }

        return count == pack.Directory.ChunkCount ? null
            : $"has {count} entries of pack {pack.Name}, which holds {pack.Directory.ChunkCount} chunks";
    }
}
