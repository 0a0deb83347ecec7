namespace Backshift.Testing.Model;

/// <summary>What kind of store and of processes a schedule has.</summary>
internal sealed record ModelTraits
{
    /// <summary>Ticks after which a listing is right; 0 for a store that is immediate.</summary>
    internal long Lag { get; init; }

    /// <summary>Whether listings show nothing at all of what is younger than the lag, also to processes without a scheduler: for unit tests.</summary>
    internal bool LagsFully { get; init; }

    /// <summary>Whether the store is a disk of machine 0, to processes of which all is shown at once: listings lag for those that take the way by a
    /// network.</summary>
    internal bool HasNearPath { get; init; }

    /// <summary>Whether listings of savesets leave out, now and then, what an earlier list names.</summary>
    internal bool Omits { get; init; }

    /// <summary>Whether they always leave out all of that.</summary>
    internal bool OmitsAll { get; init; }

    /// <summary>Whether an object that is open can be read after it was deleted, as a file can.</summary>
    internal bool KeepsOpen { get; init; } = true;

    /// <summary>How many machines the processes run on: one does not see whether those of another live.</summary>
    internal int Machines { get; init; } = 1;

    /// <summary>How many of a thousand processes are taken for dead wrongly.</summary>
    internal int WrongDeaths { get; init; }

    /// <summary>How many of ten thousand calls are the last of their process.</summary>
    internal int Crashes { get; init; }

    /// <summary>How many of ten thousand calls fail.</summary>
    internal int Failures { get; init; }

    /// <summary>How many of a thousand deletions of packs are refused.</summary>
    internal int Refusals { get; init; }

    /// <summary>How many of a thousand calls leave their process asleep.</summary>
    internal int Sleeps { get; init; }

    /// <summary>How many of a hundred calls are of the process that was granted the one before.</summary>
    internal int Bursts { get; init; }

    /// <summary>How many of a thousand calls let hours or days pass.</summary>
    internal int Jumps { get; init; }

    /// <summary>Whether the lock that keeps two from publishing a pack is seen by all.</summary>
    internal bool HasLocks { get; init; } = true;

    /// <summary>Whether the same few contents are saved and expired over and over, so that many savers rely on packs that nothing needs.</summary>
    internal bool Churns { get; init; }

    /// <summary>Whether it begins with many versions of the same files, of which the oldest are expired: deltas stand on deltas that nothing else
    /// needs.</summary>
    internal bool Chains { get; init; }

    /// <summary>How many of a hundred collectors collect by lists.</summary>
    internal int ByLists { get; init; }

    /// <summary>How many of a thousand calls begin a pause, in which all that are at work end and no others begin.</summary>
    internal int Pauses { get; init; }

    /// <summary>Where processes fall asleep often, and for long.</summary>
    internal IReadOnlyList<DangerousCall> Dangers { get; init; } = [];

    public override string ToString() =>
        $"lag {Lag / TimeSpan.TicksPerHour} h, {Machines} machines, {WrongDeaths} wrong deaths, {Crashes} crashes, {Failures} failures, "
        + $"{Refusals} refusals, {Sleeps} sleeps, {Jumps} jumps, {Bursts} % in bursts{(Churns ? ", churning" : Chains ? ", in chains" : "")}"
        + $"{string.Concat(Dangers.Select(static danger => $", {danger.Kind} sleeps before \"{danger.Call}\""))}{(Omits ? ", listings omit" : "")}"
        + $"{(KeepsOpen ? "" : ", what is deleted cannot be read")}{(HasLocks ? "" : ", no locks")}{(HasNearPath ? ", two paths" : "")}"
        + $"{(ByLists > 0 ? $", {ByLists} % of collections by lists" : "")}{(Pauses > 0 ? $", {Pauses} pauses" : "")}";

    /// <summary>The traits of a seed.</summary>
    /// <param name="random">Draws them.</param>
    /// <param name="store">Which store; by the seed if null.</param>
    internal static ModelTraits Draw(Random random, ModelStore? store)
    {
        ModelStore kind = store ?? random.Next(10) switch
        {
            < 4 => ModelStore.Immediate,
            < 7 => ModelStore.Lagging,
            < 9 => ModelStore.TwoPaths,
            _ => ModelStore.Omitting,
        };
        bool lags = kind is ModelStore.Lagging or ModelStore.TwoPaths;
        int content = random.Next(4);
        return new ModelTraits
        {
            Lag = lags ? TimeSpan.FromHours(random.Next(1, 11)).Ticks : 0,
            HasNearPath = kind == ModelStore.TwoPaths,
            Omits = kind == ModelStore.Omitting,
            KeepsOpen = !lags || random.Next(2) == 0,
            Machines = lags ? random.Next(1, 4) : 1,
            WrongDeaths = random.Next(2) == 0 ? random.Next(600) : 0,
            Crashes = random.Next(2) * random.Next(40),
            Failures = random.Next(3) == 0 ? random.Next(30) : 0,
            Refusals = random.Next(6) == 0 ? random.Next(500) : 0,
            Sleeps = random.Next(30),
            Bursts = random.Next(30, 99),
            Jumps = lags ? random.Next(2, 30) : random.Next(2) * random.Next(12),
            HasLocks = random.Next(2) == 0,
            Churns = content < 2,
            Chains = content == 2,
            Dangers = [.. Enumerable.Range(0, random.Next(3)).Select(_ => DangerousCall.All[random.Next(DangerousCall.All.Count)])],
        };
    }

    /// <summary>What the store is like for a process. One that looks whether all is there is shown what is there.</summary>
    internal ModelTraits For(ModelProcess process) =>
        process.IsFree ? this with { LagsFully = false } : process.IsNear ? this with { Lag = 0, KeepsOpen = true } : this;

    /// <summary>What finds a loss soonest where a rule is dropped.</summary>
    internal ModelTraits For(DroppedRule rule, Random random)
    {
        ModelTraits churning =
            this with { Churns = true, Chains = false, Crashes = 0, Failures = 0, Refusals = 0, WrongDeaths = 0, Sleeps = random.Next(5, 30) };
        ModelTraits dying = churning with { WrongDeaths = random.Next(300, 900) };
        return rule switch
        {
            DroppedRule.None => this with { ByLists = random.Next(4) switch { 0 => 0, 1 => 90, _ => 40 }, Pauses = random.Next(2) * random.Next(12) },
            DroppedRule.FenceLook => dying with { Dangers = [DangerousCall.SaverPublishes] },
            DroppedRule.OwnIntentLook => dying with { Dangers = [DangerousCall.SaverPublishes], Jumps = random.Next(10, 40) },
            DroppedRule.RenewalLook => dying with { Dangers = [DangerousCall.SaverPublishes, DangerousCall.SaverAnnounces], Jumps = random.Next(10, 40) },
            DroppedRule.ListsBeforePacks => dying with { Dangers = [DangerousCall.SaverListsCondemned, DangerousCall.CollectorDeletes] },
            DroppedRule.Intent => churning with { Dangers = [DangerousCall.SaverPublishes] },
            DroppedRule.Hold => churning with { Dangers = [DangerousCall.SaverAnnounces, DangerousCall.SaverPublishes] },
            DroppedRule.IntentFirst => churning with { Dangers = [new(ProcessKind.Saver, "publish packs/")] },
            DroppedRule.NeverPardon => churning with { Dangers = [DangerousCall.SaverPublishes, DangerousCall.CollectorDeletes] },
            DroppedRule.ListsAgain => dying with { Dangers = [DangerousCall.CollectorCondemns, DangerousCall.CollectorDeletes] },
            DroppedRule.PacksAgain => dying with { Dangers = [new(ProcessKind.Collector, "list Intent"), DangerousCall.CollectorDeletes] },
            DroppedRule.SavesetsAgain => churning with { Dangers = [DangerousCall.CollectorCondemns] },
            DroppedRule.IntentsAfterLists => churning with { Dangers = [DangerousCall.CollectorCondemns, DangerousCall.SaverPublishes] },
            DroppedRule.UndoLook => churning with { Dangers = [new(ProcessKind.Expirer, "publish savesets/")] },
            DroppedRule.HoldLook => churning with { Dangers = [new(ProcessKind.Expirer, "publish expired/")] },
            DroppedRule.FenceAge => dying with { Jumps = random.Next(10, 40) },
            DroppedRule.Roster => churning with { Churns = false, Refusals = random.Next(300, 700), Sleeps = 2 },
            _ => churning with { LagsFully = random.Next(2) == 0, Jumps = random.Next(10, 40) },
        };
    }
}
