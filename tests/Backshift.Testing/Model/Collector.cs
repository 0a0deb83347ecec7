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

    internal void Run() => Run(new CollectOptions
    {
        MaxUnused = dropped is DroppedRule.ListsAgain or DroppedRule.PacksAgain ? 0 : Unused[random.Next(Unused.Length)],
        MaxRewrite = random.Next(4) == 0 ? random.Next(100_000) : long.MaxValue,
        DryRun = random.Next(15) == 0,
        Everything = random.Next(3) > 0,
    });

    internal void Run(CollectOptions options)
    {
        options = dropped == DroppedRule.Roster ? options with { Missing = process.Store.EverSaved() } : options;
        using RepositoryDirectory directory = schedule.Open(process, dropped);
        Collection collection = new(directory, schedule.Workers, options, Said.Add, process.Clock, CancellationToken.None);
        Counts = collection.Counts;
        collection.Run();
    }
}
