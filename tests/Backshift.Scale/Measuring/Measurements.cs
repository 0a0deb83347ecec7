namespace Backshift.Scale.Measuring;

/// <summary>Everything that is measured, in this order. Each runs in a process of its own.</summary>
internal static class Measurements
{
    private static readonly Dictionary<string, Func<ScaleOptions, IEnumerable<Figure>>> All = new(StringComparer.Ordinal)
    {
        ["size"] = Opening.Size,
        ["start"] = Opening.Start,
        ["open-save"] = Opening.ForSaving,
        ["open-read"] = Opening.ForReading,
        ["list-host"] = Opening.ListHost,
        ["list-all"] = Opening.ListAll,
        ["unindexed"] = Opening.FindUnindexed,
        ["known"] = Lookups.KnownInOrder,
        ["random"] = Lookups.KnownAtRandom,
        ["new"] = Lookups.New,
        ["paged"] = Lookups.NewByPage,
        ["mark"] = Walks.Mark,
        ["programs"] = Programs.Measure,
        ["save"] = Programs.SaveUnchanged,
        ["check"] = Programs.Check,
        ["missing"] = Losses.Missing,
        ["damaged"] = Losses.DamagedRun,
        ["lost"] = Losses.LostIndex,
        ["rebuild"] = Losses.Rebuild,
        ["prepare-merge"] = Merging.Prepare,
        ["merge"] = Merging.Merge,
    };

    internal static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>Measures something in this process. Each line is a figure, with tabs between its parts.</summary>
    internal static void Measure(string name, ScaleOptions options, TextWriter output)
    {
        Figure[] figures = [.. All[name](options)];
        string peak = PeakMemory.Show();
        foreach (Figure figure in figures)
        {
            output.WriteLine($"{figure.What}\t{figure.Value}\t{figure.Cpu}\t{(figure.Memory.Length > 0 ? figure.Memory : peak)}");
        }
    }
}
