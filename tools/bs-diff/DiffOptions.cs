namespace Backshift.Tools.Diff;

/// <summary>What is compared, and what lines look like.</summary>
internal sealed record DiffOptions
{
    /// <summary>What may differ unsaid.</summary>
    internal Aspects Ignored { get; init; }

    internal bool Json { get; init; }

    /// <summary>Whether lines end in NUL.</summary>
    internal bool Null { get; init; }

    /// <summary>Whether nothing is written, so that the first difference decides.</summary>
    internal bool Quiet { get; init; }

    /// <summary>Whether a terminal reads the lines: then no byte of a name may command it.</summary>
    internal bool Escape { get; init; }
}
