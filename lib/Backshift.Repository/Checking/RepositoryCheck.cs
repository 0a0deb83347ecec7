using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Findings;
using Backshift.Repository.Indexes;
using Backshift.Repository.Intents;
using Backshift.Repository.Packs;
using Backshift.Repository.Parity;
using Backshift.Repository.Savesets;
using Backshift.Repository.Workers;
using Backshift.Sealing;

namespace Backshift.Repository.Checking;

/// <summary>
/// Checks a repository against backshift-repository(5): every object matches its name and checksum, every reference leads to something that is there, and, if
/// asked, every chunk matches its digest. Changes nothing except in <see cref="MarkDamaged"/>.
/// </summary>
public sealed class RepositoryCheck : IDisposable
{
    private const int SaidLimit = 10_000;

    // Packs of deltas have long directories, and what lies together in a tree is in as many of them as it has versions.
    private const long Shelf = 32 << 20;

    private readonly RepositoryDirectory repository;
    private readonly Action<Finding> report;
    private readonly WorkerPool workers;
    private readonly Lock gate = new();
    private readonly HashSet<string> said = [];
    private readonly HashSet<ObjectName> damaged = [];
    private readonly HashSet<ObjectName> unreadable = [];
    private readonly HashSet<ObjectName> gone = [];
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
        repository, trouble => Report(FindingKind.IndexDamaged, trouble), isReader: true, damagedPack: ReportPack,
        shelf: Shelf, footprint: ChunkFinder.WalkFootprint);

    /// <summary>Number of packs that have damaged blocks and are not condemned yet, once the data was read.</summary>
    public int DamagedPacks => damaged.Count;

    /// <summary>Packs that are there and cannot be opened, or whose directory is damaged.</summary>
    public IReadOnlyCollection<ObjectName> UnreadablePacks => unreadable;

    /// <summary>The packs that a repair has to do with.</summary>
    public PackFaults Faults => new(damaged, unreadable, gone);

    /// <summary>Whether a repair has something to do with packs or the index.</summary>
    public bool CanBeRepaired => DamagedRuns > 0 || damaged.Count > 0 || gone.Count > 0 || unreadable.Any(pack => !condemned.Contains(pack));

    /// <summary>Packs that some condemned list names.</summary>
    public IReadOnlySet<ObjectName> CondemnedNames => condemned;

    /// <summary>Checks runs, packs and savesets.</summary>
    /// <param name="readData">Whether the data of all packs is read.</param>
    /// <param name="cancel">Ends the check between two packs or entries.</param>
    /// <exception cref="StoreException">A directory cannot be read.</exception>
    public void Run(bool readData, CancellationToken cancel) => Run(readData ? DataScope.All : DataScope.None, cancel);

    /// <summary>Checks runs, packs and savesets.</summary>
    /// <param name="data">The packs of which every block is decompressed, and its chunks are verified.</param>
    /// <param name="cancel">Ends the check between two packs or entries.</param>
    /// <param name="parity">The packs whose parity is read; null for those whose data is.</param>
    /// <exception cref="StoreException">A directory cannot be read.</exception>
    public void Run(DataScope data, CancellationToken cancel, DataScope? parity = null)
    {
        List<Saveset> savesets = SavesetCatalog.List(repository, trouble => Report(FindingKind.SavesetUnreadable, trouble));
        SmallObjects.Check(repository, (path, _) => Say(Finding.OfCopy(repository.Root.Join(path.Path))), cancel);
        _ = CheckHistory.Read(repository, trouble => Report(FindingKind.CheckRecordUnreadable, trouble));
        _ = MovedPacks.Read(repository, trouble => Report(FindingKind.MovedRecordUnreadable, trouble));
        CheckIntents();
        if (repository.Config.IsSealed)
        {
            _ = KeySlot.ReadAll(repository.Store, trouble => Report(FindingKind.KeySlotUnreadable, trouble));
        }

        CheckRuns(cancel);
        CheckParity(parity ?? data, cancel);
        using (DataReading reading = Read(CheckPacks(data, cancel), cancel))
        {
            CheckTrees(savesets, cancel);
            if (reading.Finish(Finder))
            {
                // What is damaged was not known when they were walked.
                CheckTrees(savesets, cancel);
            }
        }

        // Their data may be gone, but each is whole.
        _ = SavesetCatalog.ListExpired(repository, trouble => Report(FindingKind.SavesetUnreadable, trouble));
    }

    /// <summary>Checks runs and packs, and no savesets.</summary>
    /// <param name="data">The packs of which every block is decompressed, and its chunks are verified.</param>
    /// <param name="cancel">Ends the check between two packs.</param>
    /// <exception cref="StoreException">A directory cannot be read.</exception>
    public void RunOnPacks(DataScope data, CancellationToken cancel)
    {
        CheckRuns(cancel);
        using DataReading reading = Read(CheckPacks(data, cancel), cancel);
        reading.Finish(Finder);
    }

    /// <summary>Makes runs anew that are damaged or wrong.</summary>
    /// <exception cref="BackshiftException">This program must not write to the repository.</exception>
    /// <exception cref="StoreException">A run cannot be written.</exception>
    public void RebuildRuns()
    {
        repository.PrepareForWriting();
        if (DamagedRuns > 0)
        {
            StrayPacks.Adopt(repository, Finder.Runs, trouble => Report(FindingKind.PackUnreadable, trouble));
        }
    }

    /// <summary>Makes runs anew that are damaged or wrong, and publishes a condemned list of the packs in which damaged blocks were found: no writer builds on
    /// them from then on, so their chunks are stored again when they come along.</summary>
    /// <exception cref="BackshiftException">This program must not write to the repository.</exception>
    /// <exception cref="StoreException">The list cannot be written.</exception>
    public void MarkDamaged(TimeProvider clock)
    {
        RebuildRuns();
        CondemnedList.PublishAll(repository, clock, CondemnedList.Damaged, damaged);
    }

    private DataReading Read(List<ObjectName> packs, CancellationToken cancel) => new(repository, workers, Counts, Found, packs, Shelf, cancel);

    private void CheckTrees(List<Saveset> savesets, CancellationToken cancel)
    {
        Counts.Savesets = 0;
        Counts.Entries = 0;
        Counts.Unknown = 0;
        using ChunkReader nodes = new(Finder, null, capacity: 8 << 20, checksLate: true);
        TreeCheck trees = new(Finder, new StoredChunks(Finder, CondemnedPacks.None, countsUnreliable: true), nodes, Counts, Say, cancel);

        // Those without contents come last: what was found sound with its contents is sound without.
        foreach (Saveset saveset in savesets.OrderBy(static saveset => saveset.DataExpired is not null))
        {
            Counts.Savesets++;
            trees.Check(saveset);
        }
    }

    /// <summary>Checks the intents of programs, and their fences. Those of programs at work come and go.</summary>
    private void CheckIntents()
    {
        // Of the mark it matters only that it is there.
        foreach (ObjectPath path in repository.Store.List(ObjectType.Intent)
                     .Where(static path => IntentPath.TryParse(path.Path.Name, out _, out _) && !ListingLag.IsMark(path)))
        {
            try
            {
                if (Intent.TryRead(repository, path, out _) is not null
                    && SmallObject.TryReadBytes(repository.Store, path, path.Path.ToString(), out bool isDamaged) is not null && isDamaged)
                {
                    Say(new Finding(FindingKind.CopyDamaged,
                        $"{repository.Root.Join(path.Path)}: is damaged; what it says could be read all the same, and it goes with its program"));
                }
            }
            catch (BackshiftException e)
            {
                Report(FindingKind.IntentUnreadable, e);
            }
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
                gone.Add(pack);
                Say(new Finding(FindingKind.PackGone, $"is gone; run {run.Name} names it") { Pack = pack });
            }
        }

        // A run that is wrong is named here, once, and given up: what it hides is not reported as missing besides.
        Finder.GiveUpWrongRuns(cancel);
    }

    /// <summary>Checks the directories of all packs.</summary>
    /// <returns>The packs that are to be read.</returns>
    private List<ObjectName> CheckPacks(DataScope data, CancellationToken cancel)
    {
        List<ObjectName> read = [];
        foreach (ObjectName name in repository.ListPacks())
        {
            cancel.ThrowIfCancellationRequested();
            Counts.Packs++;
            if (Finder.Shelf.TryOpen(name) is not { } pack)
            {
                if (repository.Store.Exists(ObjectPath.Pack(name)) != false)
                {
                    unreadable.Add(name);
                    if (!condemned.Contains(name))
                    {
                        NoteSalvage(name);
                    }
                }

                continue;
            }

            if (pack.Fault is not null && !condemned.Contains(name))
            {
                // Its directory was healed, which the shelf has said.
                lock (gate)
                {
                    damaged.Add(name);
                }
            }

            CheckHeader(pack);
            Counts.Chunks += pack.Directory.ChunkCount;
            Counts.Condemned += condemned.Contains(name) ? 1 : 0;
            if (data.Includes(name))
            {
                Counts.PacksRead++;
                read.Add(name);
            }
        }

        return read;
    }

    /// <summary>Checks the parity of packs; that of a pack which is gone is of no use, and no damage.</summary>
    private void CheckParity(DataScope data, CancellationToken cancel)
    {
        foreach (ObjectName name in repository.ListParity())
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                using ParityReader? parity = ParityReader.TryOpen(repository.Store, name);
                if (parity is not null && data.Includes(name) && parity.FindFault(cancel) is { } fault)
                {
                    Say(new Finding(FindingKind.ParityDamaged, $"its parity {fault}; bs-parity --renew makes it anew") { Pack = name });
                }
            }
            catch (BackshiftException e)
            {
                string fault = e is StoreException trouble ? $"its parity cannot be read: {trouble.Reason}" : e.Message;
                Say(new Finding(FindingKind.ParityDamaged, $"{fault}; bs-parity --renew makes it anew") { Pack = name });
            }
        }
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
                    $"its block lists still name {chunks} chunks; bs-check --repair copies them") { Pack = name });
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

        lock (gate)
        {
            damaged.Add(pack.Name);
        }

        Say(finding with { Pack = pack.Name });
    }

    private void Report(FindingKind kind, BackshiftException damage) => Say(new Finding(kind, damage.Message));

    /// <summary>A pack cannot be opened. If it is condemned that is known, and savesets that need it are named.</summary>
    private void ReportPack(ObjectName pack, BackshiftException damage)
    {
        if (!condemned.Contains(pack))
        {
            string name = $"pack {pack}: ";
            string detail = damage.Message.StartsWith(name, StringComparison.Ordinal) ? damage.Message[name.Length..] : damage.Message;
            Say(new Finding(FindingKind.PackUnreadable, detail) { Pack = pack });
        }
    }

    private void Say(Finding finding)
    {
        lock (gate)
        {
            // A pack that is damaged comes up again and again; a bounded memory keeps most of that from the user.
            if (said.Count < SaidLimit && !said.Add(finding.ToString()))
            {
                return;
            }

            Counts.Damage += finding.IsDamage ? 1 : 0;
            report(finding);
        }
    }

    public void Dispose() => opened?.Dispose();
}
