using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Findings;
using Backshift.Repository.Indexes;
using Backshift.Repository.Packs;
using Backshift.Repository.Savesets;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Checking;

/// <summary>
/// Checks a repository against backshift-repository(5): every object matches its name and checksum, every reference leads to something that is there, and, if
/// asked, every chunk matches its digest. Changes nothing except in <see cref="MarkDamaged"/>.
/// </summary>
public sealed class RepositoryCheck : IDisposable
{
    // Deltas that are read together lie in packs with long directories.
    private const long Shelf = 48 << 20;

    private readonly RepositoryDirectory repository;
    private readonly Action<Finding> report;
    private readonly WorkerPool workers;
    private readonly HashSet<string> said = [];
    private readonly HashSet<ObjectName> damaged = [];
    private readonly HashSet<ObjectName> unreadable = [];
    private readonly IReadOnlySet<ObjectName> condemned;
    private ChunkFinder? opened;

    /// <param name="repository">The repository; not closed with the check.</param>
    /// <param name="workers">The threads that decode; not closed with the check.</param>
    /// <param name="report">Receives each thing that is damaged, once.</param>
    public RepositoryCheck(RepositoryDirectory repository, WorkerPool workers, Action<Finding> report)
    {
        this.repository = repository;
        this.workers = workers;
        this.report = report;
        condemned = CondemnedPacks.Read(repository, trouble => Report(FindingKind.CondemnedListUnreadable, trouble));
    }

    public CheckCounts Counts { get; } = new();

    /// <summary>Number of runs of the index that are damaged or wrong.</summary>
    public int DamagedRuns => Finder.Runs.Broken.Count;

    // Opened after the savesets were listed: what they refer to was published before them.
    private ChunkFinder Finder => opened ??= new ChunkFinder(
        repository, trouble => Report(FindingKind.IndexDamaged, trouble), isReader: true, damagedPack: trouble => Report(FindingKind.PackUnreadable, trouble),
        shelf: Shelf);

    /// <summary>Number of packs that have damaged blocks and are not condemned yet, once the data was read.</summary>
    public int DamagedPacks => damaged.Count;

    /// <summary>Packs that are there and cannot be opened, or whose directory is damaged.</summary>
    public IReadOnlyCollection<ObjectName> UnreadablePacks => unreadable;

    /// <summary>Checks runs, packs and savesets.</summary>
    /// <param name="readData">Whether the data of all packs is read.</param>
    /// <param name="cancel">Ends the check between two packs or entries.</param>
    /// <exception cref="StoreException">A directory cannot be read.</exception>
    public void Run(bool readData, CancellationToken cancel) => Run(readData ? DataScope.All : DataScope.None, cancel);

    /// <summary>Checks runs, packs and savesets.</summary>
    /// <param name="data">The packs of which every block is decompressed, and its chunks are verified.</param>
    /// <param name="cancel">Ends the check between two packs or entries.</param>
    /// <exception cref="StoreException">A directory cannot be read.</exception>
    public void Run(DataScope data, CancellationToken cancel)
    {
        List<Saveset> savesets = SavesetCatalog.List(repository, trouble => Report(FindingKind.SavesetUnreadable, trouble));
        CheckRuns(cancel);
        CheckPacks(data, cancel);
        using ChunkReader nodes = new(Finder, null, capacity: 8 << 20);
        TreeCheck trees = new(Finder, new StoredChunks(Finder, CondemnedPacks.None), nodes, Counts, Say, cancel);
        // Those without contents come last: what was found sound with its contents is sound without.
        foreach (Saveset saveset in savesets.OrderBy(static saveset => saveset.DataExpired is not null))
        {
            Counts.Savesets++;
            trees.Check(saveset);
        }

        // Their data may be gone, but each is whole.
        _ = SavesetCatalog.ListExpired(repository, trouble => Report(FindingKind.SavesetUnreadable, trouble));
    }

    /// <summary>Makes runs anew that are damaged or wrong, and publishes a condemned list of the packs in which damaged blocks were found: no writer builds on
    /// them from then on, so their chunks are stored again when they come along.</summary>
    /// <exception cref="BackshiftException">This program must not write to the repository.</exception>
    /// <exception cref="StoreException">The list cannot be written.</exception>
    public void MarkDamaged(TimeProvider clock)
    {
        repository.PrepareForWriting();
        if (DamagedRuns > 0)
        {
            StrayPacks.Adopt(repository, Finder.Runs, trouble => Report(FindingKind.PackUnreadable, trouble));
        }

        foreach (ObjectName[] packs in damaged.Order().Chunk(CondemnedList.PackLimit))
        {
            new CondemnedList(UnixTime.Now(clock), CondemnedList.Damaged, packs).Publish(repository);
        }
    }

    private void CheckRuns(CancellationToken cancel)
    {
        Counts.Runs = Finder.Runs.Runs.Count;
        HashSet<ObjectName> packs = [.. repository.ListPacks()];
        foreach (RunReader run in Finder.Runs.Runs)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (ObjectName pack in run.Packs.Where(pack => !packs.Contains(pack) && !Finder.Runs.IsGone(pack)
                         && repository.Store.Exists(ObjectPath.Pack(pack)) == false))
            {
                Say(new Finding(FindingKind.PackGone, $"is gone; run {run.Name} names it") { Pack = pack });
            }
        }

        // A run that is wrong is named here, once, and given up: what it hides is not reported as missing besides.
        Finder.GiveUpWrongRuns(cancel);
    }

    private void CheckPacks(DataScope data, CancellationToken cancel)
    {
        using DataCheck reading = new(Finder, workers, Counts, Found, cancel);
        foreach (ObjectName name in repository.ListPacks())
        {
            cancel.ThrowIfCancellationRequested();
            Counts.Packs++;
            if (Finder.Shelf.TryOpen(name) is not { } pack)
            {
                if (repository.Store.Exists(ObjectPath.Pack(name)) != false)
                {
                    unreadable.Add(name);
                    NoteSalvage(name);
                }

                continue;
            }

            CheckHeader(pack);
            Counts.Chunks += pack.Directory.ChunkCount;
            Counts.Condemned += condemned.Contains(name) ? 1 : 0;
            if (data.Includes(name))
            {
                Counts.PacksRead++;
                reading.Read(pack);
            }
        }

        reading.Finish();
    }

    /// <summary>Reports how much of a pack can be found without its directory.</summary>
    private void NoteSalvage(ObjectName name)
    {
        try
        {
            using IStoredObject? stored = repository.Store.TryOpen(ObjectPath.Pack(name), ObjectEnd.Tail, [], out _);
            long chunks = stored is null ? 0 : PackSalvage.Lists(stored).Sum(static list => (long)list.ChunkCount);
            if (chunks > 0)
            {
                Say(new Finding(FindingKind.PackSalvageable,
                    $"its block lists still name {chunks} chunks; examples/restore.py restores from them") { Pack = name });
            }
        }
        catch (BackshiftException)
        {
            // That it cannot be read has been reported.
        }
    }

    private void CheckHeader(OpenPack pack)
    {
        try
        {
            if (pack.Directory.FaultOfHeader(pack.Stored) is { } fault)
            {
                Found(pack, new Finding(FindingKind.PackUnreadable, fault) { Pack = pack.Name });
            }
        }
        catch (StoreException e)
        {
            Say(new Finding(FindingKind.PackUnreadable, e.Reason) { Pack = pack.Name });
        }
    }

    private void Found(OpenPack pack, Finding finding)
    {
        if (condemned.Contains(pack.Name))
        {
            // It is known, and nothing is built on it any more. A saveset that still needs it is damaged, and is named.
            return;
        }

        damaged.Add(pack.Name);
        Say(finding with { Pack = pack.Name });
    }

    private void Report(FindingKind kind, BackshiftException damage) => Say(new Finding(kind, damage.Message));

    private void Say(Finding finding)
    {
        if (!finding.IsDamage)
        {
            report(finding);
            return;
        }

        // A pack that is damaged comes up again and again; a bounded memory keeps most of that from the user.
        if (said.Count < 10000 && !said.Add(finding.ToString()))
        {
            return;
        }

        Counts.Damage++;
        report(finding);
    }

    public void Dispose() => opened?.Dispose();
}
