using Backshift.Posix;
using Backshift.Repository.Codecs;
using Backshift.Repository.Collecting;
using Backshift.Repository.Configuration;

namespace Backshift.Testing.Model;

/// <summary>A collection.</summary>
/// <param name="schedule">Where.</param>
/// <param name="process">Who.</param>
/// <param name="dropped">The rule that it does not follow.</param>
internal sealed class Collector(Schedule schedule, ModelProcess process, DroppedRule dropped)
{
    private static readonly double[] Unused = [0, 0, 0.05, 0.3, 1];

    private readonly Random random = process.Random;

    /// <summary>What it found and did.</summary>
    internal CollectCounts? Counts { get; private set; }

    /// <summary>What it said.</summary>
    internal List<string> Said { get; } = [];

    /// <summary>Whether it reads no chunks.</summary>
    internal bool IsByLists { get; private set; }

    internal void Run()
    {
        CollectOptions options = new()
        {
            Recompress = random.Next(4) == 0 ? new CodecChoice(Codec.Zstd, (byte)random.Next(2, 13)) : null,
            OldBefore = new UnixTime(ProcessClock.Time(process.Store.Now).Seconds - random.Next(3) switch { 0 => 0, 1 => 600, _ => 86400 }, 0),
            MaxUnused = schedule.Chains && random.Next(2) == 0 ? 0 : Unused[random.Next(Unused.Length)],
            MaxRewrite = random.Next(4) == 0 ? random.Next(100_000) : long.MaxValue,
            DryRun = random.Next(15) == 0,
            Everything = random.Next(3) > 0,
        };
        Run(random.Next(100) < schedule.ByLists ? options with { ByLists = true, Recompress = null } : options);
    }

    internal void Run(CollectOptions options)
    {
        options = dropped == DroppedRule.Roster ? options with { Missing = process.Store.EverSaved() } : options;
        using RepositoryDirectory directory = schedule.Open(process, dropped);
        IsByLists = options.ByLists;
        Collection collection = new(directory, schedule.Workers, options, Said.Add, process.Clock, CancellationToken.None);
        Counts = collection.Counts;
        collection.Run();
        schedule.Count("collections by lists", IsByLists ? 1 : 0);
        schedule.Count("packs compressed once more", options.DryRun ? 0 : Counts.RecompressedPacks);
        schedule.Count("deltas stored plainly", options.DryRun ? 0 : Counts.PlainDeltas);
    }
}
