namespace Backshift.Testing.Model;

/// <summary>What kind of store and of processes a schedule has.</summary>
internal sealed record ModelTraits
{
    /// <summary>Ticks after which a listing is right; 0 for a store that is immediate.</summary>
    internal long Lag { get; init; }

    /// <summary>Whether listings show nothing at all of what is younger than the lag, also to processes without a scheduler: for unit tests.</summary>
    internal bool LagsFully { get; init; }

    /// <summary>Whether listings of savesets leave out, now and then, what an earlier list names.</summary>
    internal bool Omits { get; init; }

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

    public override string ToString() =>
        $"lag {Lag / TimeSpan.TicksPerHour} h, {Machines} machines, {WrongDeaths} wrong deaths, {Crashes} crashes, {Failures} failures, "
        + $"{Refusals} refusals, {Sleeps} sleeps, {Jumps} jumps, {Bursts} % in bursts{(Omits ? ", listings omit" : "")}"
        + $"{(KeepsOpen ? "" : ", what is deleted cannot be read")}{(HasLocks ? "" : ", no locks")}";

    /// <summary>The traits of a seed.</summary>
    /// <param name="random">Draws them.</param>
    /// <param name="store">Which store; by the seed if null.</param>
    internal static ModelTraits Draw(Random random, ModelStore? store)
    {
        ModelStore kind = store ?? (random.Next(10) switch { < 5 => ModelStore.Immediate, < 9 => ModelStore.Lagging, _ => ModelStore.Omitting });
        bool lags = kind == ModelStore.Lagging;
        return new ModelTraits
        {
            Lag = lags ? TimeSpan.FromHours(random.Next(1, 11)).Ticks : 0,
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
        };
    }
}
