using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Findings;
using Backshift.Repository.Intents;
using Backshift.Repository.Marking;
using Backshift.Repository.Packs;
using Backshift.Repository.Savesets;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Collecting;

/// <summary>
/// Gives back the space of what no saveset needs, beside running saves and other collections, and without a lock; see backshift-repository(5), "Collection".
/// What goes is condemned first, and for ever; what turns out to be needed is copied out; only then, and when nobody is at work who has not read the list,
/// packs are deleted. It may be interrupted at any moment and run again. One object is for one run.
/// </summary>
public sealed partial class Collection
{
    // How often packs are chosen before it is done without storing deltas plainly.
    private const int ChoiceLimit = 8;

    private readonly RepositoryDirectory repository;
    private readonly WorkerPool workers;
    private readonly CollectOptions options;
    private readonly Action<string> say;
    private readonly TimeProvider clock;
    private readonly CancellationToken cancel;
    private readonly HashSet<ObjectName> deleted = [];
    private readonly HashSet<ObjectName> rotten = [];
    private readonly HashSet<ObjectName> relied = [];

    /// <param name="repository">Where; not closed with this.</param>
    /// <param name="workers">Who compresses what is stored anew.</param>
    /// <param name="options">How much is done.</param>
    /// <param name="say">Is told each fault, a line for the user.</param>
    /// <param name="clock">The clock of this machine.</param>
    /// <param name="cancel">Ends it where nothing is lost.</param>
    public Collection(RepositoryDirectory repository, WorkerPool workers, CollectOptions options, Action<string> say, TimeProvider clock,
        CancellationToken cancel)
    {
        this.repository = repository;
        this.workers = workers;
        this.options = options;
        this.say = say;
        this.clock = clock;
        this.cancel = cancel;
    }

    /// <summary>What was found and done so far.</summary>
    public CollectCounts Counts { get; } = new();

    /// <summary>Collects.</summary>
    /// <exception cref="BackshiftException">It cannot be told what is needed: nothing is condemned, and nothing deleted.</exception>
    /// <exception cref="StoreException">Something cannot be read or written; what was done so far harms nothing.</exception>
    public void Run()
    {
        bool byLists = options.ByLists || !repository.ReadsPacks;
        if (byLists && options.Recompress is not null)
        {
            throw new BackshiftException(ExitCode.Usage, "--recompress: nothing is read where lists of packs tell what is needed");
        }

        using OwnIntent? intent = options.DryRun ? null : Announce();
        List<ListedPacks> lists = CondemnedLists.Read(repository, Warn);
        intent?.Honour([.. lists.Select(static list => list.Name)]);

        // In this order: the packs, who is at work, the savesets. So each pack of a save is named by a saveset, or younger than a save that is still running.
        List<ObjectName> listed = [.. repository.ListPacks()];
        UnixTime? oldestSave = intent is null ? null : OldestSave(intent);

        // Of one that is expired later the data is still counted as needed.
        List<Saveset> expired = intent is null ? [] : SavesetCatalog.ListExpired(repository, Warn);
        SavesetView view = SavesetView.Of(repository, Warn);
        CheckView(view, lists, listed.Count);
        NeededChunks? needed = null;
        List<ObjectName> unneeded = byLists ? ChooseByLists(listed, lists, view, oldestSave) : [];
        List<PackUse> chosen = byLists ? [] : Choose(listed, lists, view, oldestSave, out needed);
        if (intent is null)
        {
            return;
        }

        Condemn(intent, lists, view, needed is null ? unneeded : EmptyChosen(intent, lists, view, chosen, needed));
        Delete(intent, lists, look => needed is null ? UnneededByLists(look) : Emptied(intent, view, lists, needed, look));
        if (needed is not null)
        {
            CondemnRotten();
            CoverGone();
        }

        if (deleted.Count > 0)
        {
            ForgetExpired(intent, expired);
        }
    }

    /// <summary>From here on this is a program that relies on packs, as any other.</summary>
    private OwnIntent Announce()
    {
        repository.PrepareForRelying();
        RepositorySettings.AskForIntents(repository.Store, clock);
        return OwnIntent.Announce(repository, IntentKind.Collect, clock);
    }

    /// <summary>Since when the oldest program has been at work.</summary>
    private UnixTime? OldestSave(OwnIntent intent) =>
        WriterStates.Judge(repository, intent.Id, Warn).Where(static state => !state.IsOver).Min(static state => (UnixTime?)state.Since);

    private static HashSet<ObjectName> PacksOf(IEnumerable<ListedPacks> lists) => [.. lists.SelectMany(static list => list.Packs)];

    /// <summary>Finds what is needed, and which packs go. The packs were listed before the savesets were read: of one that is published later nothing is
    /// said.</summary>
    private List<PackUse> Choose(List<ObjectName> listed, List<ListedPacks> lists, SavesetView view, UnixTime? oldestSave, out NeededChunks needed)
    {
        HashSet<ObjectName> condemned = PacksOf(lists);
        needed = Marker.Mark(repository, view.Savesets, condemned, Note, cancel);
        HashSet<ObjectName> kept = KeptWhole(needed, condemned);
        DeltaReleases? releases = DeltaSurvey.Of(repository, needed, condemned, options.DeltaLimit, UnixTime.Now(clock).Seconds, cancel);
        if (releases is not null)
        {
            // As if every pack went; which do is chosen below.
            releases.Weigh(static _ => true);
            releases.Settle(needed);
            needed.Releases = releases;
        }

        List<PackUse> uses = [];
        using PackShelf shelf = new(repository, Warn);
        foreach (ObjectName name in listed)
        {
            cancel.ThrowIfCancellationRequested();
            PackMarks? marks = needed.Of(name);
            if (SizeOf(name, out UnixTime published) is not { } size)
            {
                continue;
            }

            Counts.Packs++;
            Counts.Bytes += size;

            if (options.Recompress is not null && marks is not null && !condemned.Contains(name) && !kept.Contains(name)
                && published.CompareTo(options.OldBefore) < 0)
            {
                old.Add(new OldPack(name, size, published));
            }

            // What a save has published since it began is needed as soon as that ends.
            bool isYoung = marks is null && oldestSave is { } since && published.CompareTo(since) >= 0;
            if (isYoung || condemned.Contains(name) || kept.Contains(name) || needed.Unopened.Contains(name))
            {
                continue;
            }

            // One that cannot be opened, now or before, may hold anything; a repair may come to it.
            if (Measure(name, size, shelf, needed) is { } use)
            {
                uses.Add(use);
            }
        }

        List<PackUse> chosen = Choose(uses, shelf, needed);
        PlanRecompression(needed, chosen, shelf);
        Counts.Savesets = view.Savesets.Count;
        Counts.UnneededPacks = chosen.Count(static pack => pack.IsUnneeded);
        Counts.UnneededBytes = chosen.Where(static pack => pack.IsUnneeded).Sum(static pack => pack.Size);
        Counts.RewrittenPacks = chosen.Count - Counts.UnneededPacks;
        Counts.RewrittenBytes = chosen.Sum(static pack => pack.Size) - Counts.UnneededBytes;
        Counts.CopiedBytes = chosen.Sum(static pack => pack.Live);
        Counts.UnusedBytes = uses.Sum(static pack => pack.Unused) - chosen.Sum(static pack => pack.Unused);
        return chosen;
    }

    /// <summary>
    /// Chooses packs, and the deltas that are stored plainly for their sake. Which packs go depends on which deltas are, and the other way round: deltas that
    /// win nothing by the packs that were chosen are dropped, and it is chosen again, until the same packs are chosen twice.
    /// </summary>
    private List<PackUse> Choose(List<PackUse> uses, PackShelf shelf, NeededChunks needed)
    {
        List<PackUse> chosen = PackChoice.Of(uses, Counts.Bytes, options);
        if (needed.Releases is not { } releases)
        {
            return chosen;
        }

        HashSet<ObjectName> before;
        int round = 0;
        do
        {
            before = [.. chosen.Select(static pack => pack.Pack)];
            if (++round >= ChoiceLimit)
            {
                releases.Drop();
            }

            releases.Weigh(before.Contains);
            releases.Settle(needed);
            for (int i = 0; i < uses.Count; i++)
            {
                if (releases.Touch(uses[i].Pack))
                {
                    // One that cannot be opened any more is not rewritten.
                    uses[i] = Measure(uses[i].Pack, uses[i].Size, shelf, needed) ?? uses[i] with { Unused = 0 };
                }
            }

            chosen = PackChoice.Of(uses, Counts.Bytes, options);
        }
        while (!before.SetEquals(chosen.Select(static pack => pack.Pack)) && round <= ChoiceLimit);

        Counts.PlainDeltas = releases.Chosen.Count();
        return chosen;
    }

    /// <summary>Measures a pack; null if it cannot be opened.</summary>
    private static PackUse? Measure(ObjectName name, long size, PackShelf shelf, NeededChunks needed)
    {
        PackMarks? marks = needed.Of(name);
        if (marks is not null && marks.Chunks == marks.Slots)
        {
            return new PackUse(name, size, 0);
        }

        return shelf.TryOpen(name) is { } pack ? PackUse.Of(name, size, pack.Directory, marks, needed.Releases?.CostFor(name) ?? 0) : null;
    }

    /// <summary>Copies what is needed out of the packs that were chosen.</summary>
    /// <returns>Those that can be condemned.</returns>
    private List<ObjectName> EmptyChosen(OwnIntent intent, List<ListedPacks> lists, SavesetView view, List<PackUse> chosen, NeededChunks needed)
    {
        Counts.CopiedBytes = 0;
        HashSet<ObjectName> packs = [.. chosen.Select(static pack => pack.Pack)];
        if (recompression is { } plan)
        {
            packs.UnionWith(plan.Packs);
            Recompress(plan, intent, view, [.. PacksOf(lists), .. packs], PacksOf(lists), needed);
        }

        return packs.Count == 0 ? [] : Empty(intent, packs, PacksOf(lists), needed);
    }

    /// <summary>Condemns packs.</summary>
    private void Condemn(OwnIntent intent, List<ListedPacks> lists, SavesetView view, List<ObjectName> emptied)
    {
        if (emptied.Count == 0)
        {
            return;
        }

        IReadOnlyList<string> roster = view.Roster;
        if (roster.Sum(path => (long)repository.Store.Hidden(path).Length) > CondemnedList.SavesetBytes)
        {
            roster = [];
        }

        foreach (ObjectName[] part in emptied.Order().Chunk(CondemnedList.PackLimit))
        {
            CondemnedList list = new(UnixTime.Now(clock), CondemnedList.Unneeded, part) { Savesets = roster };
            ObjectName name = list.Publish(repository);
            if (roster.Count > 0 && intent.MayBeFenced())
            {
                // One that was taken for dead may name savesets whose records others have forgotten: they would be missing for good.
                roster = [];
                ObjectPath first = ObjectPath.CondemnedList(name);
                name = (list with { Savesets = roster }).Publish(repository);
                repository.Store.Delete(first);
            }

            lists.Add(new ListedPacks(name, repository.Store.Now(), list.Reason, part, roster));
        }
    }

    /// <summary>Copies what is needed out of packs.</summary>
    /// <param name="intent">Of this run.</param>
    /// <param name="packs">The packs.</param>
    /// <param name="condemned">Other packs that count as absent.</param>
    /// <param name="needed">What is needed.</param>
    /// <param name="copied">Takes the packs out of which something was copied.</param>
    /// <returns>The packs that hold nothing more that is needed, once what was copied is durable.</returns>
    private List<ObjectName> Empty(
        OwnIntent intent, IReadOnlyCollection<ObjectName> packs, HashSet<ObjectName> condemned, NeededChunks needed, HashSet<ObjectName>? copied = null)
    {
        HashSet<ObjectName> absent = [.. condemned, .. packs];
        List<ObjectName> emptied = [];
        using ChunkStore store = ChunkStore.Open(repository, workers, Warn, intent, absent, publishesAll: true);
        using ChunkReader reader = new(store.Finder, workers, capacity: 24 << 20);
        store.Relied = pack => relied.Add(pack);
        PackEmptying emptying = new(store, reader, needed, cancel);
        emptying.StorePlainly(Fault, copied);
        foreach (ObjectName pack in packs)
        {
            long before = emptying.CopiedBytes;
            if (emptying.TryEmpty(pack) is { } fault && repository.Store.Exists(ObjectPath.Pack(pack)) != false)
            {
                Fault($"pack {pack}: {fault}; it is kept");
            }
            else
            {
                emptied.Add(pack);
            }

            if (emptying.CopiedBytes > before)
            {
                copied?.Add(pack);
            }
        }

        store.Publish();
        rotten.UnionWith(store.Stored.Rotten);
        Counts.CopiedBytes += emptying.CopiedBytes;
        return emptied;
    }

    private long? SizeOf(ObjectName pack, out UnixTime published)
    {
        published = default;
        try
        {
            // The seal of a pack cannot be opened with every key.
            IObjectStore store = repository.ReadsPacks ? repository.Store : repository.Store.Raw;
            using IStoredObject? stored = store.TryOpen(ObjectPath.Pack(pack), ObjectEnd.Head, [], out _);
            published = stored?.Received ?? default;
            return stored?.Length;
        }
        catch (BackshiftException e)
        {
            Warn(e);
            return null;
        }
    }

    private void Note(Finding finding) => Fault(finding.ToString());

    private void Warn(BackshiftException trouble) => Fault(trouble.Hint is { } hint ? $"{trouble.Message} ({hint})" : trouble.Message);

    private void Fault(string line)
    {
        Counts.Faults++;
        say(line);
    }
}
