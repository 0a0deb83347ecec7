namespace Backshift.Testing.Model;

/// <summary>What a save does: drawn, or given where a schedule is directed.</summary>
internal sealed record SavePlan
{
    /// <summary>The host that is saved.</summary>
    internal required string Host { get; init; }

    /// <summary>The files, in the order of <see cref="Universe.Paths"/>, and their versions.</summary>
    internal required IReadOnlyList<(string Path, int Version)> Files { get; init; }

    /// <summary>Whether it takes unchanged files from the last saveset of the host.</summary>
    internal bool LeansOnBase { get; init; }

    /// <summary>Whether it looks for them before it opens the store of chunks, as bs-since does.</summary>
    internal bool LooksFirst { get; init; }

    /// <summary>Whether what looks for them stays at work until the end.</summary>
    internal bool KeepsReader { get; init; }

    /// <summary>How many of three files that the last saveset has are taken from it.</summary>
    internal int Unchanged { get; init; } = 3;

    /// <summary>Whether deltas are made.</summary>
    internal bool Deltas { get; init; }

    /// <summary>The files after which a checkpoint is published.</summary>
    internal IReadOnlySet<string> Checkpoints { get; init; } = new HashSet<string>();

    /// <summary>Whether the stream is cut.</summary>
    internal bool IsCut { get; init; }

    /// <summary>Whether it asks for the time before each file, so that it can be stopped there.</summary>
    internal bool IsPaced { get; init; }

    /// <summary>A plan by chance.</summary>
    /// <param name="random">Draws it.</param>
    /// <param name="version">The least version of the files.</param>
    /// <param name="chains">Whether most files are saved, and as deltas.</param>
    internal static SavePlan Draw(Random random, int version, bool chains)
    {
        int least = chains ? 1 : random.Next(1, 4);
        return new SavePlan
        {
            Host = $"host{random.Next(2)}",
            LeansOnBase = random.Next(chains ? 4 : 2) == 0,
            LooksFirst = random.Next(2) == 0,
            KeepsReader = random.Next(2) == 0,
            Unchanged = 2,
            Deltas = chains || random.Next(4) > 0,
            IsCut = random.Next(15) == 0,
            Checkpoints = Universe.Paths.Where(_ => random.Next(10) == 0).ToHashSet(),
            Files = [.. Universe.Paths.Where(path => random.Next(4) >= least && (path != "list" || random.Next(6) == 0))
                .Select(path => (path, Math.Min(version + random.Next(chains ? 1 : 3), Universe.Versions - 1)))],
        };
    }
}
