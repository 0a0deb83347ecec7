namespace Backshift.Tools.List;

/// <summary>What lines look like.</summary>
internal sealed record ListOptions
{
    internal bool Long { get; init; }

    internal bool Json { get; init; }

    /// <summary>Whether extended attributes are listed, and nothing else.</summary>
    internal bool Attributes { get; init; }

    /// <summary>Whether owners are shown by number.</summary>
    internal bool Numeric { get; init; }

    /// <summary>Whether times are shown to the nanosecond.</summary>
    internal bool FullTime { get; init; }

    /// <summary>Whether lines end in NUL.</summary>
    internal bool Null { get; init; }

    /// <summary>Whether a terminal reads them: then no byte of a name may command it.</summary>
    internal bool Escape { get; init; }
}
