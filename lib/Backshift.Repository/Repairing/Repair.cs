using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Findings;
using Backshift.Repository.Indexes;
using Backshift.Repository.Intents;
using Backshift.Repository.Marking;
using Backshift.Repository.Savesets;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Repairing;

/// <summary>
/// Does what can be done about damage that a check found, beside running saves and collections and without a lock: new objects are published, none is changed,
/// and no pack is deleted. Chunks are copied first, then the packs that they come from are condemned; so it may be interrupted at any moment and run again.
/// </summary>
public sealed class Repair : IDisposable
{
    private const long ReadAhead = 24 << 20;
    private static readonly TimeSpan RenewalCheck = TimeSpan.FromMinutes(1);

    private readonly RepositoryDirectory repository;
    private readonly WorkerPool workers;
    private readonly Action<BackshiftException> warn;
    private readonly TimeProvider clock;
    private readonly CancellationToken cancel;
    private readonly OwnIntent intent;
    private readonly IReadOnlySet<ObjectName> condemned;
    private readonly Lock renewing = new();
    private bool isAtWork;

    private Repair(RepositoryDirectory repository, WorkerPool workers, Action<BackshiftException> warn, TimeProvider clock, CancellationToken cancel,
        OwnIntent intent)
    {
        this.repository = repository;
        this.workers = workers;
        this.warn = warn;
        this.clock = clock;
        this.cancel = cancel;
        this.intent = intent;
        List<ObjectName> lists = [];
        condemned = CondemnedPacks.Read(repository, warn, lists);
        intent.Honour(lists);
    }

    /// <summary>Announces a repair. To be called before the check: what that finds sound is relied on.</summary>
    /// <param name="repository">The repository; not closed with this.</param>
    /// <param name="workers">The threads that compress; not closed with this.</param>
    /// <param name="warn">Receives what cannot be read.</param>
    /// <param name="clock">The clock of this machine.</param>
    /// <param name="cancel">Ends it where nothing is lost.</param>
    /// <exception cref="BackshiftException">This program must not write to the repository.</exception>
    /// <exception cref="StoreException">It cannot be written to.</exception>
    public static Repair Announce(RepositoryDirectory repository, WorkerPool workers, Action<BackshiftException> warn, TimeProvider clock,
        CancellationToken cancel)
    {
        repository.PrepareForRelying();
        OwnIntent? intent = OwnIntent.Announce(repository, IntentKind.Save, clock);
        try
        {
            Repair repair = new(repository, workers, warn, clock, cancel, intent);
            intent = null;
            return repair;
        }
        finally
        {
            intent?.Dispose();
        }
    }

    /// <summary>What was done so far.</summary>
    public RepairCounts Counts { get; } = new();

    /// <summary>Does something that takes long and leaves this repair alone, a check, and renews the intent meanwhile.</summary>
    public void RenewWhile(Action work)
    {
        isAtWork = true;
        using ITimer timer = clock.CreateTimer(_ => Renew(), null, RenewalCheck, RenewalCheck);
        try
        {
            work();
        }
        finally
        {
            lock (renewing)
            {
                isAtWork = false;
            }
        }
    }

    /// <summary>Makes small objects whole of which storage has damaged one copy.</summary>
    /// <param name="report">Receives each that was damaged.</param>
    public void MendSmallObjects(Action<Finding> report) => SmallObjects.Check(repository, (path, bytes) =>
    {
        report(Finding.OfCopy(repository.Root.Join(path.Path)));
        try
        {
            if (repository.Store.TryMend(path, bytes))
            {
                Counts.MendedObjects++;
            }
            else if (repository.Store.Exists(path) != false)
            {
                warn(new BackshiftException(ExitCode.DataError,
                    $"{repository.Root.Join(path.Path)}: stays damaged: the file system cannot exchange two files",
                    "it can be read as long as its other copy is whole; a copy of the repository on another file system can be repaired"));
            }
        }
        catch (BackshiftException e)
        {
            // It can be read as before; the check that follows reports it again.
            warn(e);
        }
    }, cancel);

    /// <summary>Copies what can be read out of the packs that a check found damaged, and condemns these.</summary>
    /// <exception cref="StoreException">Something cannot be written; what was done so far harms nothing.</exception>
    public void RepairPacks(PackFaults faults)
    {
        // A later version of this program may know what it is.
        HashSet<ObjectName> lost = [.. faults.Unreadable.Where(IsDamaged)];
        HashSet<ObjectName> absent = [.. condemned, .. faults.Damaged, .. lost];
        if (absent.Count > 0)
        {
            using ChunkStore store = ChunkStore.Open(repository, workers, warn, intent, absent, publishesAll: true, verifies: true, heals: true);
            using ChunkReader reader = new(store.Finder, workers, ReadAhead);
            using (LostPacks salvage = new(repository, store, reader, cancel))
            {
                salvage.Salvage(lost);
                Counts.SalvagedChunks = salvage.Chunks;
            }

            CopyOut(store, reader, faults.Damaged, absent);
        }

        // From here on nothing new is built on them, and later saves store again what could not be copied.
        List<ObjectName> named = [.. faults.Damaged.Concat(lost).Where(pack => !condemned.Contains(pack))];
        CondemnedList.PublishAll(repository, clock, CondemnedList.Damaged, named);
        Counts.CondemnedPacks = named.Count;
        NoteGone(faults, lost);
    }

    /// <summary>Marks the savesets that lost something in their tags, and takes the mark from those that are whole.</summary>
    /// <param name="lost">The names of those that lost something.</param>
    /// <exception cref="StoreException">Tags cannot be written.</exception>
    public void MarkSavesets(IReadOnlySet<string> lost)
    {
        UnixTime now = UnixTime.Now(clock);
        foreach (Saveset saveset in SavesetCatalog.List(repository, warn))
        {
            cancel.ThrowIfCancellationRequested();
            bool isLost = lost.Contains(saveset.Name);
            if (isLost == saveset.Damaged is not null || saveset.HasUnreadableTags)
            {
                continue;
            }

            TagsFiles.Change(repository, saveset, now, tags => isLost == tags.Damaged is not null ? null : tags with { Damaged = isLost ? now : null }, warn);
            Counts.MarkedSavesets += isLost ? 1 : 0;
            Counts.HealedSavesets += isLost ? 0 : 1;
        }
    }

    private void Renew()
    {
        lock (renewing)
        {
            if (isAtWork)
            {
                Housekeeping.Do("this repair's intent cannot be renewed", warn, intent.RenewIfDue);
            }
        }
    }

    /// <summary>Copies what savesets need out of packs with damaged blocks, and out of those that were condemned before. Every chunk is verified.</summary>
    private void CopyOut(ChunkStore store, ChunkReader reader, IReadOnlySet<ObjectName> damaged, HashSet<ObjectName> absent)
    {
        List<Saveset> superseded = [];
        List<BytePath> unreadable = [];
        List<Saveset> savesets = SavesetCatalog.List(repository, warn, superseded, unreadable);

        // What is missing is found by the check that follows.
        NeededChunks needed = Marker.Mark(repository, [.. savesets, .. superseded], absent, static _ => { }, cancel);
        bool isKnown = needed.IsComplete && unreadable.Count == 0;
        PackEmptying emptying = new(store, reader, needed, cancel) { VerifiesChunks = true, CopiesAll = !isKnown };
        foreach (ObjectName pack in damaged.Concat(needed.Packs.Select(static marks => marks.Pack).Where(condemned.Contains)).Distinct().Order())
        {
            _ = emptying.TryEmpty(pack);
        }

        store.Publish();
        Counts.CopiedBytes = emptying.CopiedBytes;
    }

    /// <summary>Has the index name packs no more that cannot be opened or are gone.</summary>
    private void NoteGone(PackFaults faults, HashSet<ObjectName> lost)
    {
        using RunSet runs = RunSet.Open(repository, warn);
        HashSet<ObjectName> gone = [.. faults.Gone.Concat(lost).Where(pack => !runs.IsGone(pack))];
        Counts.GonePacks = gone.Count(faults.Gone.Contains);
        RunMerge.NoteGone(repository, runs, gone);
    }

    /// <summary>Whether a pack that cannot be opened is damaged: not of another version, and there to be read.</summary>
    private bool IsDamaged(ObjectName name)
    {
        try
        {
            using IStoredObject? pack = repository.Store.Raw.TryOpen(ObjectPath.Pack(name), ObjectEnd.Head, [], out _);
            Span<byte> header = stackalloc byte[ObjectHeader.Size];
            return pack is not null
                && (pack.ReadAt(header, 0) != header.Length || !ObjectHeader.IsOfAnotherKind(header, ObjectType.Pack, repository.Store.Seal is not null));
        }
        catch (StoreException)
        {
            return false;
        }
    }

    public void Dispose() => intent.Dispose();
}
