using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Savesets;
using Backshift.Repository.Workers;

namespace Backshift.Testing.Model;

/// <summary>
/// One random schedule of savers, collectors, readers and people who expire savesets, over one store. All that happens follows from the seed: who begins, whose
/// call is next, who sleeps, crashes or fails, what lagging listings show, and the names of objects.
/// </summary>
public sealed partial class Schedule : IDisposable
{
    private const int MostProcesses = 7;

    // After so many calls files are a version newer; so what was deleted comes again, and deltas stand on deltas.
    private const int StepsOfVersion = 120;
    private const long DrainSteps = 40_000;

    private readonly ScheduleOptions options;
    private readonly Random random;
    private readonly ModelTraits traits;
    private readonly SharedStore store = new();
    private readonly ScheduleResult result;
    private readonly List<ModelProcess> living = [];
    private readonly Dictionary<ObjectName, ModelProcess> announced = [];
    private readonly Dictionary<string, SavedContent> saved = [];
    private readonly HashSet<string> lostBefore = [];
    private readonly Dictionary<ModelProcess, Collector> collectors = [];
    private ModelProcess? last;
    private int processes;
    private long goneSavesets;
    private int versions;
    private long length;
    private bool pauses;
    private readonly Dictionary<ModelProcess, long> goneBefore = [];

    /// <param name="seed">Decides everything.</param>
    /// <param name="options">How it is made.</param>
    public Schedule(int seed, ScheduleOptions options)
    {
        this.options = options;
        random = new Random(seed);
        result = new ScheduleResult(seed);
        traits = options.Scenario is { } scenario ? Scenarios.TraitsOf(scenario)
            : ModelTraits.Draw(random, options.Store ?? StoreFor(options.Dropped)).For(options.Dropped, random);
        store.Removed = OnRemoved;
        store.Added = OnAdded;
    }

    /// <summary>Who compresses, for all processes.</summary>
    internal WorkerPool Workers { get; } = new(1);

    /// <summary>The least of the versions of files that are saved now.</summary>
    internal int Version => (int)(traits.Churns ? result.Steps / StepsOfVersion % 2
        : Math.Min((result.Steps / StepsOfVersion) + versions, Universe.Versions - 1));

    /// <summary>Whether deltas stand on deltas that nothing else needs.</summary>
    internal bool Chains => traits.Chains;

    /// <summary>How many of a hundred collectors collect by lists.</summary>
    internal int ByLists => traits.ByLists;

    /// <summary>Runs it.</summary>
    public ScheduleResult Run()
    {
        ModelProcess first = NewProcess(ProcessKind.Inspector, isFree: true);
        RepositoryConfig config =
            NewRepository.Config(RepositoryConfig.DefaultAverage, "zstd:1", parity: 0, first.Clock) with { Block = 65536, Pack = 1 << 20 };
        if (!traits.HasNearPath)
        {
            first.RunHere(() => ListingLag.Announce(View(first, DroppedRule.None)));
        }

        first.RunHere(() => View(first, DroppedRule.None).TryPublish(ObjectPath.Configuration, (config with { Id = ObjectName.Random() }).Encode()));
        options.Trace?.Invoke(traits.ToString());
        if (options.Scenario is { } scenario)
        {
            Scenarios.Play(scenario, new Direction(this));
        }

        if (traits.Chains)
        {
            SaveVersions();
        }

        length = options.Length + result.Steps;
        while (options.Scenario is null && result.Steps < length && result.Losses.Count == 0)
        {
            pauses = living.Count > 0 && (pauses || (traits.Pauses > 0 && random.Next(1000) < traits.Pauses));
            Step(mayBegin: !pauses);
        }

        while (living.Count > 0 && result.Losses.Count == 0)
        {
            Step(mayBegin: false);
            if (result.Steps > length + DrainSteps)
            {
                string waiting = string.Join(", ", living.Select(static one => $"{one}: {one.Next}"));
                throw new InvalidOperationException($"seed {result.Seed}: does not come to an end; {waiting}");
            }
        }

        foreach (ModelProcess process in living.ToArray())
        {
            // After a loss nobody goes on.
            while (!process.IsEnded)
            {
                process.Go(Grant.CrashBefore);
            }
        }

        if (result.Losses.Count == 0)
        {
            Inspect();
        }

        result.Count("deltas", store.Deltas);
        return result;
    }

    public void Dispose() => Workers.Dispose();

    internal StoreView View(ModelProcess process, DroppedRule dropped) => new(process, traits.For(process), dropped);

    internal RepositoryDirectory Open(ModelProcess process, DroppedRule dropped) => RepositoryDirectory.Open(View(process, dropped), process.Clock);

    /// <summary>A writer reports that a saveset is saved.</summary>
    internal void Report(Saveset saveset, IReadOnlyDictionary<string, Digest[]> files, ModelProcess process)
    {
        result.Count(process.IsTakenForDead ? "saves of writers that were taken for dead" : "saves");

        // It may have been expired since it was published.
        ContentOf(saveset).Files = files;
    }

    /// <summary>Whether listings of tags show the newest at once: only then a hold holds from the moment when it was set.</summary>
    internal bool AreTagsListed => traits.Lag == 0;

    internal void Count(string what, long by = 1) => result.Count(what, by);

    internal SavedContent? Find(Saveset saveset) => saved.GetValueOrDefault(SavedContent.IdentityOf(saveset));

    /// <summary>What is known of a saveset, be it reported or not.</summary>
    internal SavedContent ContentOf(Saveset saveset)
    {
        string identity = SavedContent.IdentityOf(saveset);
        if (!saved.TryGetValue(identity, out SavedContent? content))
        {
            saved.Add(identity, content = new SavedContent(identity));
        }

        return content;
    }

    /// <summary>A user does something to a saveset, unless another one does.</summary>
    internal void Use(Saveset saveset, Action<SavedContent> work)
    {
        SavedContent content = ContentOf(saveset);
        if (content.IsInUse)
        {
            return;
        }

        content.IsInUse = true;
        try
        {
            work(content);
        }
        finally
        {
            content.IsInUse = false;
        }
    }

    /// <summary>Savesets that must be there, in an order that does not depend on the machine.</summary>
    internal IEnumerable<SavedContent> Good() => saved.Values.Where(static one => one.IsGood);

    /// <summary>Whether a saveset was reported as good, is not expired, and was so old when a process began that listings showed it.</summary>
    internal bool IsGood(Saveset saveset, ModelProcess process) => Find(saveset) is { HasData: true, WasUndone: false }
        && store.Find(ObjectPath.Saveset(saveset.Place)) is { } there && process.Began - there.Published >= traits.Lag;

    internal void Fault(string what) => result.Faults.Add($"step {result.Steps}: {what}");

    /// <summary>A process misses something that a saveset promises.</summary>
    internal void Miss(ModelProcess process, Saveset? saveset, string what)
    {
        result.Count("references that came to nothing");
        if (saveset is not null && IsGood(saveset, process) && !process.HasFailed && options.Dropped == DroppedRule.None)
        {
            Fault($"{process} misses what {saveset.Place} has, which is good: {what}");
        }
    }

    private void Step(bool mayBegin)
    {
        if (mayBegin && (living.Count == 0 || (living.Count < MostProcesses && random.Next(25) == 0)))
        {
            Begin();
        }

        if (random.Next(1000) < traits.Jumps && (mayBegin || living.Count > 0))
        {
            store.Pass(TimeSpan.FromMinutes(random.Next(5) switch
            {
                0 => random.Next(120),
                1 => random.Next(600),
                2 => random.Next(1500),
                3 => random.Next(1440, 1700),
                _ => random.Next(6000),
            }).Ticks);
            options.Trace?.Invoke($"-- {ProcessClock.Time(store.Now)}");
        }

        if (living.Count == 0)
        {
            return;
        }

        result.Steps++;
        List<ModelProcess> awake = living.FindAll(one => one.SleepsUntil <= result.Steps);
        if (awake.Count == 0)
        {
            awake = [living.MinBy(static one => one.SleepsUntil)!];
        }

        ModelProcess process = last is not null && awake.Contains(last) && random.Next(100) < traits.Bursts ? last : awake[random.Next(awake.Count)];
        last = process;
        store.Pass(random.Next(1, 400) * TimeSpan.TicksPerMillisecond);
        Go(process, Decide(process, mayBegin));
        if (process.IsEnded)
        {
            return;
        }

        if (traits.Dangers.Any(danger => danger.Is(process)) && random.Next(3) > 0)
        {
            process.SleepsUntil = result.Steps + random.Next(50, 500);
        }
        else if (random.Next(1000) < traits.Sleeps)
        {
            process.SleepsUntil = result.Steps + random.Next(5, random.Next(3) == 0 ? 900 : 200);
            process.Clock.Skew += random.Next(4) == 0 ? TimeSpan.FromMinutes(random.Next(-3000, 3000)).Ticks : 0;
        }
    }

    /// <summary>Grants the next call of a process, and notes if that was its last one.</summary>
    internal void Go(ModelProcess process, Grant grant)
    {
        options.Trace?.Invoke($"{result.Steps} {process}: {process.Next}{(grant == Grant.Go ? "" : $" ({grant})")}");
        process.Go(grant);
        if (process.IsEnded)
        {
            living.Remove(process);
            End(process);
        }
    }

    private Grant Decide(ModelProcess process, bool mayBegin)
    {
        if (mayBegin && random.Next(10_000) < traits.Crashes)
        {
            result.Count("crashes");
            return process.NextChanges && random.Next(2) == 0 ? Grant.CrashAfter : Grant.CrashBefore;
        }

        if (mayBegin && random.Next(10_000) < traits.Failures * (process.NextChanges ? 3 : 1))
        {
            result.Count("failures");
            return process.NextChanges && random.Next(2) == 0 ? Grant.FailAfter : Grant.FailBefore;
        }

        return Grant.Go;
    }

    private void Begin()
    {
        ProcessKind kind = random.Next(20) switch
        {
            < 8 => ProcessKind.Saver,
            < 14 => ProcessKind.Collector,
            >= 17 when options.Dropped == DroppedRule.NeverPardon => ProcessKind.Pardoner,
            >= 14 and < 18 when traits.Chains => ProcessKind.Expirer,
            < 18 when options.Dropped == DroppedRule.HoldLook => random.Next(2) == 0 ? ProcessKind.Tagger : ProcessKind.Expirer,
            < 18 => UserKind(traits.Churns && random.Next(2) == 0 ? 0 : random.Next(10)),
            _ => ProcessKind.Reader,
        };
        ModelProcess process = NewProcess(kind, isFree: false);
        Begin(process, BodyOf(process));
    }

    private void Begin(ModelProcess process, Action body)
    {
        goneBefore[process] = goneSavesets;
        living.Add(process);
        process.Start(body);
        options.Trace?.Invoke($"{process} begins, on machine {process.Machine}{(process.IsSaidDead ? ", and is said to be dead" : "")}");
        if (process.IsEnded)
        {
            living.Remove(process);
            End(process);
        }
    }

    /// <summary>The kind of store that finds what a rule is for; null for any.</summary>
    private static ModelStore? StoreFor(DroppedRule rule) => rule switch
    {
        DroppedRule.None => null,
        DroppedRule.Roster => ModelStore.Omitting,
        DroppedRule.Grace or DroppedRule.SecondGrace or DroppedRule.DeletedList or DroppedRule.EarlierIntents
            or DroppedRule.FenceAge => ModelStore.Lagging,
        DroppedRule.LagMark or DroppedRule.NewMark => ModelStore.TwoPaths,
        _ => ModelStore.Immediate,
    };

    private static ProcessKind UserKind(int drawn) => drawn switch { < 7 => ProcessKind.Expirer, 7 => ProcessKind.Tagger, _ => ProcessKind.Renamer };

    private Action BodyOf(ModelProcess process)
    {
        switch (process.Kind)
        {
            case ProcessKind.Saver:
                return new Saver(this, process, SavePlan.Draw(process.Random, Version, traits.Chains), options.Dropped).Run;
            case ProcessKind.Collector:
                return NewCollector(process).Run;
            case ProcessKind.Expirer:
                return new Expirer(this, process, options.Dropped).Run;
            case ProcessKind.Tagger:
                return new Tagger(this, process).Run;
            case ProcessKind.Renamer:
                return new Renamer(this, process).Run;
            case ProcessKind.Pardoner:
                return new Pardoner(this, process).Run;
            default:
                return new SavesetReader(this, process).Run;
        }
    }

    private ModelProcess NewProcess(ProcessKind kind, bool isFree)
    {
        bool isNear = traits.HasNearPath && !isFree && (options.Scenario is null ? random.Next(2) == 0 : BeginsNear);
        return new ModelProcess(++processes, kind, random.Next(), store)
        {
            IsNear = isNear,
            Machine = isNear ? 0 : random.Next(traits.Machines),
            IsSaidDead = random.Next(1000) < traits.WrongDeaths,
            IsFree = isFree,
        };
    }

    private void CountDeleted(ModelProcess by)
    {
        result.Count("packs deleted");
        result.Count(by.IsFree ? "packs deleted at the end" : collectors.GetValueOrDefault(by) is { IsByLists: true } ? "packs deleted by lists"
            : "packs deleted by reading");
    }

    private void OnAdded(SharedObject added)
    {
        if (added.Path.Type != ObjectType.Intent || !IntentPath.TryParse(added.Path.Path.Name, out ObjectName id, out long number))
        {
            return;
        }

        if (number > 0)
        {
            announced.TryAdd(id, added.Writer);
        }
        else if (announced.TryGetValue(id, out ModelProcess? process))
        {
            process.IsTakenForDead = true;
        }
    }

    private void OnRemoved(SharedObject removed, ModelProcess by)
    {
        switch (removed.Path.Type)
        {
            case ObjectType.Intent when removed.Writer != by:
                removed.Writer.IsTakenForDead |= IntentPath.TryParse(removed.Path.Path.Name, out _, out long number) && number > 0;
                break;
            case ObjectType.Saveset:
                goneSavesets++;
                break;
            case ObjectType.Pack:
                by.DeletedPacks++;
                CountDeleted(by);
                foreach (SavedContent content in saved.Values.Where(static one => one.HasData))
                {
                    if (content.Files!.Values.SelectMany(static chunks => chunks).Any(chunk => !store.HasChunk(chunk)) && lostBefore.Add(content.Identity))
                    {
                        result.Losses.Add($"step {result.Steps}: {by} deletes {removed.Path.Path}, which {content} needs");
                    }
                }

                break;
        }
    }
}
