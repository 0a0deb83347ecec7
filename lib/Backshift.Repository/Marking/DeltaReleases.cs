using Backshift.Objects;

namespace Backshift.Repository.Marking;

/// <summary>
/// Deltas that are stored plainly by a collection, so that their prefixes can go. What goes is divided among the deltas that need it: of a prefix of three
/// deltas each wins a third, if all are stored plainly, and nothing if one is not. A delta is chosen as long as it wins more than it costs; what it costs is
/// charged to the packs that hold what goes with it, in proportion.
/// </summary>
internal sealed class DeltaReleases
{
    // Each round leaves out deltas that others relied on. What is left after the last one is a little less than best, and never wrong.
    private const int RoundLimit = 16;

    private readonly List<ReleasedDelta> deltas;
    private readonly List<LonePrefix> prefixes;
    private readonly HashSet<ObjectName> packs = [];
    private readonly Dictionary<ObjectName, double> costs = [];
    private int round;

    /// <param name="deltas">The deltas, all chosen.</param>
    /// <param name="prefixes">All that they lead to, with their dependents counted.</param>
    internal DeltaReleases(List<ReleasedDelta> deltas, List<LonePrefix> prefixes)
    {
        this.deltas = deltas;
        this.prefixes = prefixes;
        packs.UnionWith(deltas.Select(static delta => delta.Pack));
        packs.UnionWith(prefixes.Select(static prefix => prefix.Pack));
    }

    /// <summary>The deltas that are to be stored plainly.</summary>
    internal IEnumerable<ReleasedDelta> Chosen => deltas.Where(static delta => delta.IsChosen);

    /// <summary>Whether the marks in a pack depend on what is chosen.</summary>
    internal bool Touch(ObjectName pack) => packs.Contains(pack);

    /// <summary>What plain copies take so that what goes in a pack can go.</summary>
    internal long CostFor(ObjectName pack) => (long)Math.Ceiling(costs.GetValueOrDefault(pack));

    /// <summary>Drops the deltas that do not win what they cost.</summary>
    /// <param name="goes">Whether what is not needed in a pack goes.</param>
    internal void Weigh(Func<ObjectName, bool> goes)
    {
        bool isDone = false;
        for (int i = 0; i < RoundLimit && !isDone; i++)
        {
            isDone = true;
            Count();
            foreach (ReleasedDelta delta in Chosen)
            {
                double won = goes(delta.Pack) ? delta.Stored : 0;
                foreach (LonePrefix prefix in delta.Prefixes)
                {
                    won += ShareOf(prefix, goes);
                }

                delta.IsChosen = won > delta.Cost;
                delta.Charge = delta.Cost / won;
                isDone &= delta.IsChosen;
            }
        }
    }

    /// <summary>Drops all.</summary>
    internal void Drop() => deltas.ForEach(static delta => delta.IsChosen = false);

    /// <summary>Makes the marks those that hold once what is chosen is stored plainly.</summary>
    internal void Settle(NeededChunks needed)
    {
        Count();
        foreach (LonePrefix prefix in prefixes)
        {
            Mark(needed.Of(prefix.Pack)!, prefix.Slot, prefix.Size, !prefix.Goes);
        }

        foreach (ReleasedDelta delta in deltas)
        {
            Mark(needed.Of(delta.Pack)!, delta.Slot, delta.Size, !delta.IsChosen);
        }
    }

    /// <summary>Adds the packs of a delta, and of all that goes with it.</summary>
    internal static void AddPacks(ReleasedDelta delta, HashSet<ObjectName> packs)
    {
        packs.Add(delta.Pack);
        HashSet<LonePrefix> seen = [];
        Stack<LonePrefix> pending = new(delta.Prefixes);
        while (pending.TryPop(out LonePrefix? prefix))
        {
            if (prefix.Goes && seen.Add(prefix))
            {
                packs.Add(prefix.Pack);
                Array.ForEach(prefix.Prefixes, pending.Push);
            }
        }
    }

    private static void Mark(PackMarks marks, int slot, int size, bool isNeeded)
    {
        if (isNeeded)
        {
            marks.Add(slot, size);
        }
        else
        {
            marks.Remove(slot, size);
        }
    }

    /// <summary>Counts what each prefix is still needed by, and adds up what is charged to each pack.</summary>
    private void Count()
    {
        round++;
        costs.Clear();
        foreach (LonePrefix prefix in prefixes)
        {
            prefix.Left = prefix.Dependents;
            prefix.Charge = 0;
        }

        foreach (ReleasedDelta delta in Chosen)
        {
            Release(delta.Pack, delta.Stored, delta.Charge, delta.Prefixes);
        }
    }

    private void Release(ObjectName pack, long stored, double charge, LonePrefix[] below)
    {
        costs[pack] = costs.GetValueOrDefault(pack) + (charge * stored);
        foreach (LonePrefix prefix in below)
        {
            prefix.Left--;
            prefix.Charge += charge / prefix.Dependents;
            if (prefix.Goes)
            {
                // Nothing names it any more, so the charge is whole. As deep as deltas are, at most.
                Release(prefix.Pack, prefix.Stored, prefix.Charge, prefix.Prefixes);
            }
        }
    }

    private double ShareOf(LonePrefix prefix, Func<ObjectName, bool> goes)
    {
        if (!prefix.Goes)
        {
            return 0;
        }

        if (prefix.Round != round)
        {
            double won = goes(prefix.Pack) ? prefix.Stored : 0;
            foreach (LonePrefix below in prefix.Prefixes)
            {
                won += ShareOf(below, goes);
            }

            prefix.Round = round;
            prefix.Share = won / prefix.Dependents;
        }

        return prefix.Share;
    }
}
