using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Checking;
using Backshift.Repository.Measuring;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Tools.Report;

/// <summary>Reads what the page shows. Of directories and problems only as many are kept as have rows.</summary>
internal sealed class FactGathering
{
    // A directory further down says little by itself, and counts for the ones above it.
    private const int LargestDepth = 3;
    private const int DamageLines = 20;

    private readonly RepositoryReader reader;
    private readonly int rows;
    private readonly Action<BackshiftException> damaged;
    private readonly CancellationToken cancel;
    private readonly List<string> damage = [];

    internal FactGathering(RepositoryReader reader, int rows, Action<BackshiftException> damaged, CancellationToken cancel)
    {
        this.reader = reader;
        this.rows = rows;
        this.damaged = damaged;
        this.cancel = cancel;
    }

    internal ReportFacts Gather(UnixTime now)
    {
        RepositorySize size = Measurement.Measure(reader.Directory, static _ => false, Damaged, cancel);
        List<Saveset> savesets = [.. size.Hosts.SelectMany(static host => host.Savesets).OrderBy(static saveset => saveset.Started)];
        List<OwnerFacts> owners = [.. savesets.GroupBy(static saveset => saveset.Owner, StringComparer.Ordinal)
            .OrderBy(static owned => owned.Key, StringComparer.Ordinal).Select(OwnerOf)];
        return new ReportFacts
        {
            Repository = reader.Directory.Root.ToString(),
            Now = now,
            Size = size,
            Savesets = savesets,
            Owners = owners,
            Largest = Most(owners, Largest, static total => total.Bytes),
            MostChanged = Most(owners, Changed, static total => total.Entries),
            Checks = CheckFacts.Of(CheckHistory.Read(reader.Directory, Damaged).Checks, now),
            Damage = damage,
        };
    }

    private OwnerFacts OwnerOf(IEnumerable<Saveset> owned)
    {
        Saveset[] its = [.. owned], complete = [.. its.Where(static saveset => saveset.Complete)];
        List<ProblemRecord> problems = [];
        Try(its[^1], () => problems.AddRange(SavesetProblems.Read(reader.Nodes, its[^1]).Take(rows)));
        Saveset? last = complete.ElementAtOrDefault(complete.Length - 1), before = complete.ElementAtOrDefault(complete.Length - 2);
        return new OwnerFacts(its[^1].Owner, its[^1], last, before, problems);
    }

    private List<RankedDirectory> Most(
        IEnumerable<OwnerFacts> owners, Func<OwnerFacts, IReadOnlyList<DirectoryTotal>> totals, Func<DirectoryTotal, long> weight)
    {
        List<RankedDirectory> most = [];
        foreach (OwnerFacts owner in owners)
        {
            most = [.. most.Concat(totals(owner).Select(total => new RankedDirectory(owner.Owner, total)))
                .OrderByDescending(one => weight(one.Total)).ThenBy(static one => one.Owner, StringComparer.Ordinal).Take(rows)];
        }

        return most;
    }

    private IReadOnlyList<DirectoryTotal> Largest(OwnerFacts owner)
    {
        DirectoryTotals totals = new(rows, LargestDepth, withBelow: true);
        if (owner.LatestComplete is { } saveset)
        {
            Try(saveset, () =>
            {
                foreach (StoredEntry stored in reader.Entries(saveset, default))
                {
                    cancel.ThrowIfCancellationRequested();
                    totals.Add(stored.Path, SizeOf(stored));
                }
            });
        }

        return totals.Finish();
    }

    private IReadOnlyList<DirectoryTotal> Changed(OwnerFacts owner)
    {
        DirectoryTotals totals = new(rows, int.MaxValue, withBelow: false);
        if (owner is { LatestComplete: { } saveset, PreviousComplete: { } before })
        {
            Try(saveset, () =>
            {
                foreach (EntryPair pair in reader.Compare(before, saveset, default))
                {
                    cancel.ThrowIfCancellationRequested();
                    if (IsChange(pair))
                    {
                        totals.Add(pair.Path, pair.Right is { } now ? SizeOf(now) : 0);
                    }
                }
            });
        }

        return totals.Finish();
    }

    /// <summary>Whether a file came, went, or got another size, time or content. Directories change with what is in them.</summary>
    private static bool IsChange(EntryPair pair)
    {
        if (pair is not { Left: { } left, Right: { } right })
        {
            return (pair.Left ?? pair.Right)!.Entry.Type != EntryType.Directory;
        }

        EntryRecord before = left.Entry, now = right.Entry;
        return now.Type != before.Type || (now.Type != EntryType.Directory
            && (now.Size != before.Size || now.Mtime != before.Mtime || left.List != right.List || !left.Parts.SequenceEqual(right.Parts)));
    }

    private static long SizeOf(StoredEntry stored) => stored.Entry.Type == EntryType.File ? stored.Entry.Size ?? 0 : 0;

    /// <summary>Reads something of a saveset. If it is damaged, the page says so, and shows the rest.</summary>
    private void Try(Saveset saveset, Action read)
    {
        try
        {
            read();
        }
        catch (BackshiftException e) when (e is not Objects.StoreException)
        {
            Damaged(new BackshiftException(e.Code, $"{Text.Shown(saveset.Name)}: {e.Message}", e.Hint, e));
        }
    }

    private void Damaged(BackshiftException trouble)
    {
        if (damage.Count < DamageLines)
        {
            damage.Add(trouble.Message);
        }

        damaged(trouble);
    }
}
