using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
using Backshift.Repository.Findings;
using Backshift.Repository.Marking;
using Backshift.Repository.Packs;
using Backshift.Repository.Savesets;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Copying;

/// <summary>
/// Copies savesets into another repository of the same key domain: packs as they are, and missing chunks. Every step may be the last one of this process: the
/// next run copies what is missing then.
/// </summary>
public sealed class RepositoryCopy
{
    // A pack may be deleted while it is about to be copied; what it held is elsewhere then.
    private const int Looks = 3;

    private readonly RepositoryDirectory from;
    private readonly RepositoryDirectory to;
    private readonly WorkerPool workers;
    private readonly CopyOptions options;
    private readonly Action<BackshiftException> warn;
    private readonly CopyWatch watch;
    private readonly TimeProvider clock;
    private readonly CancellationToken cancel;
    private readonly Dictionary<ObjectName, string> faults = [];

    /// <param name="from">Where the savesets are.</param>
    /// <param name="to">Where they are to be.</param>
    /// <param name="workers">The threads that compress.</param>
    /// <param name="options">What to copy.</param>
    /// <param name="warn">Receives each saveset that cannot be copied, and other trouble.</param>
    /// <param name="watch">Is told how far it has come.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancel">Ends it between two blocks.</param>
    /// <exception cref="BackshiftException">They are not of one key domain.</exception>
    public RepositoryCopy(RepositoryDirectory from, RepositoryDirectory to, WorkerPool workers, CopyOptions options, Action<BackshiftException> warn,
        CopyWatch watch, TimeProvider clock, CancellationToken cancel)
    {
        KeyDomain.Verify(from, to);
        this.from = from;
        this.to = to;
        this.workers = workers;
        this.options = options;
        this.warn = warn;
        this.watch = watch;
        this.clock = clock;
        this.cancel = cancel;
    }

    public CopyCounts Counts { get; } = new();

    /// <summary>Copies them, and has what was said of those follow that are there.</summary>
    /// <param name="readListed">Reads names of savesets from standard input.</param>
    /// <param name="copied">Takes the name of each saveset that was copied, or would be.</param>
    /// <exception cref="BackshiftException">A saveset that is named is not there, or one that was copied had to be withdrawn.</exception>
    /// <exception cref="StoreException">One of the repositories cannot be read or written.</exception>
    public void Run(Func<IReadOnlyList<string>> readListed, Action<string> copied)
    {
        CopyChoice choice = new(from, to, options, Counts, Fault, warn);
        List<Saveset> chosen = choice.Choose(clock, readListed);
        if (options.DryRun)
        {
            Counts.Savesets = chosen.Count;
            chosen.ForEach(saveset => copied(saveset.Name));
            return;
        }

        // What is new is copied first: it takes what was said of it along.
        TagFollowing tags = new(from, to, choice, Counts, clock, Fault, warn);
        List<ObjectPath> changed = choice.Changed();
        if (chosen.Count > 0)
        {
            Copy(choice, chosen, tags, copied);
            changed.AddRange(chosen.Where(saveset => saveset.Renamed is not null && choice.IsThere(saveset.Place))
                .Select(static saveset => ObjectPath.Saveset(saveset.Place)));
        }

        if (changed.Count > 0)
        {
            to.PrepareForWriting();
            foreach (ObjectPath path in changed)
            {
                cancel.ThrowIfCancellationRequested();
                tags.Follow(path);
            }

            to.VerifyPlace();
        }
    }

    private void Copy(CopyChoice choice, List<Saveset> chosen, TagFollowing tags, Action<string> copied)
    {

        // Announced there before anything is looked at. What is written is verified, as packs are that are copied as they are.
        using ChunkStore store = ChunkStore.Open(to, workers, warn, verifies: true);
        CopyTarget target = new(to, store, warn);
        using CopySource source = new(from, clock, warn);
        HashSet<ObjectName> relied = [];
        store.Relied = name => relied.Add(name);
        if (!TryCopyAll(source, target, chosen))
        {
            chosen.RemoveAll(saveset => !IsWhole(source, target, saveset));
        }

        Counts.BlockBytes = store.StoredBytes;
        SavesetPublishing publishing = new(source, target, relied, clock, tags);
        publishing.NoteMoved(chosen, Fault);
        foreach (Saveset saveset in chosen)
        {
            cancel.ThrowIfCancellationRequested();
            TryPublish(publishing, saveset, choice, copied);
        }

        to.VerifyPlace();
        store.Tidy();
    }

    private void TryPublish(SavesetPublishing publishing, Saveset saveset, CopyChoice choice, Action<string> copied)
    {
        try
        {
            publishing.Publish(saveset, choice.IsExpired(saveset));
            choice.Add(saveset);
            Counts.Savesets++;
            copied(saveset.Name);
        }
        catch (BackshiftException e) when (e is not StoreException && e.Code != ExitCode.Busy)
        {
            Fault(e);
        }
    }

    /// <summary>Copies what savesets need.</summary>
    /// <returns>Whether all of it is there now; otherwise some saveset lacks something.</returns>
    private bool TryCopyAll(CopySource source, CopyTarget target, IReadOnlyList<Saveset> savesets)
    {
        for (int look = 1; ; look++)
        {
            NeededChunks needed = Marker.Mark(from, savesets, source.Condemned, static _ => { }, cancel);
            List<PackMarks> rest = CopyPacks(source, target, needed);
            CopyChunks(source, target, rest);
            if (LacksOf(source, target, needed) is not { } lacking)
            {
                return needed.HasAll;
            }

            if (look == Looks || from.Store.Exists(ObjectPath.Pack(lacking)) != false)
            {
                return false;
            }

            source.Finder.Renew();
        }
    }

    /// <summary>Copies the packs of which most is missing.</summary>
    /// <returns>The others of which something is.</returns>
    private List<PackMarks> CopyPacks(CopySource source, CopyTarget target, NeededChunks needed)
    {
        List<PackMarks> rest = [];
        int before = Counts.Packs;
        CopyEstimate estimate = new(needed, target, watch);
        using PackCopy copy = new(source, target, Finished, warn, watch.Move, cancel);
        foreach (PackMarks marks in needed.Packs)
        {
            cancel.ThrowIfCancellationRequested();
            bool isMost = false;
            OpenPack? pack = source.TryOpen(marks.Pack);
            long missing = pack is null ? 0 : MissingOf(pack, marks, target, out isMost);
            bool isWhole = isMost && missing > 0 && pack!.Stored.IsReliable && target.MayTakeName(marks.Pack);
            estimate.Know(marks, isWhole ? pack!.Stored.AsStored().Length : missing);
            if (missing == 0)
            {
                continue;
            }

            target.Renew();
            source.Renew();
            if (isWhole)
            {
                watch.Begin(ObjectPath.Pack(marks.Pack).Path);
                copy.Add(pack!, marks);
            }
            else
            {
                rest.Add(marks);
            }
        }

        copy.Finish();
        if (Counts.Packs > before)
        {
            target.Index();
        }

        return rest;

        void Finished(PackMarks marks, long? length)
        {
            if (length is not { } bytes)
            {
                rest.Add(marks);
                return;
            }

            Counts.Packs++;
            Counts.PackBytes += bytes;
        }
    }

    /// <summary>Stored bytes of a pack that are needed and missing.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="marks">Which of its chunks are needed.</param>
    /// <param name="target">Where they are missing.</param>
    /// <param name="isMost">Whether these are at least half of the pack.</param>
    private static long MissingOf(OpenPack pack, PackMarks marks, CopyTarget target, out bool isMost)
    {
        PackDirectory directory = pack.Directory;
        OpenPack? same = target.TryOpenSame(pack);
        long missing = 0, all = 0;
        for (int block = 0; block < directory.BlockCount; block++)
        {
            BlockRecord record = directory.Block(block);
            all += record.Stored;
            for (int slot = directory.FirstSlot(block); slot < directory.FirstSlot(block + 1); slot++)
            {
                if (marks.IsNeeded(slot) && !target.Holds(pack, slot, same))
                {
                    missing += StoredBytes(directory, slot);
                }
            }
        }

        isMost = missing >= all / 2;
        return missing;
    }

    /// <summary>What a chunk takes of its block, about.</summary>
    internal static long StoredBytes(PackDirectory directory, int slot)
    {
        BlockRecord record = directory.Block(directory.BlockOf(slot));
        return Math.Max(1, (long)record.Stored * directory.SizeAt(slot) / record.Content);
    }

    private void CopyChunks(CopySource source, CopyTarget target, List<PackMarks> rest)
    {
        ChunkCopy copy = new(source, target, watch, cancel);
        foreach (PackMarks marks in rest)
        {
            target.Renew();
            source.Renew();
            watch.Begin(ObjectPath.Pack(marks.Pack).Path);
            if (source.TryOpen(marks.Pack) is { } pack && copy.Copy(pack, marks) is { } fault)
            {
                faults[marks.Pack] = fault;
            }
        }

        target.Store.Publish();
    }

    /// <summary>Verifies that everything that is needed counts as stored, with all that it is a delta against, and relies on it.</summary>
    /// <returns>A pack of which something is missing; null if nothing is.</returns>
    private ObjectName? LacksOf(CopySource source, CopyTarget target, NeededChunks needed)
    {
        foreach (PackMarks marks in needed.Packs)
        {
            cancel.ThrowIfCancellationRequested();
            if (target.TryRely(marks.Pack))
            {
                continue;
            }

            if (source.TryOpen(marks.Pack) is not { } pack)
            {
                return marks.Pack;
            }

            _ = target.TryOpenSame(pack);
            for (int slot = 0; slot < marks.Slots; slot++)
            {
                if (!marks.IsNeeded(slot))
                {
                    continue;
                }

                if (target.Find(pack, slot) is not { } place)
                {
                    return marks.Pack;
                }

                target.Store.Stored.Rely(place);
            }
        }

        return null;
    }

    /// <summary>Whether everything is there that a saveset needs; if not, it is reported.</summary>
    private bool IsWhole(CopySource source, CopyTarget target, Saveset saveset)
    {
        Finding? first = null;
        NeededChunks needed = Marker.Mark(from, [saveset], source.Condemned, finding => first ??= finding.IsDamage ? finding : null, cancel);
        ObjectName? lacking = needed.HasAll ? LacksOf(source, target, needed) : null;
        if (needed.HasAll && lacking is null)
        {
            return true;
        }

        string reason = lacking is { } pack ? faults.GetValueOrDefault(pack) is { } fault ? $"pack {pack}: {fault}" : $"pack {pack} cannot be read"
            : first?.Detail ?? "something that it needs is missing";
        Fault(new BackshiftException(ExitCode.DataError, $"{saveset.Name}: is not copied: {reason}"));
        return false;
    }

    private void Fault(BackshiftException trouble)
    {
        Counts.Faults++;
        warn(trouble);
    }
}
