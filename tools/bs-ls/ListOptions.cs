namespace Backshift.Tools.List;

/// <summary>The kind of listing, and its form.</summary>
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

    /// <summary>Whether problems are listed, and not entries.</summary>
    internal bool Problems { get; init; }

    /// <summary>The time zone of columns for people; null for exact columns.</summary>
    internal TimeZoneInfo? Zone { get; init; }

    /// <summary>Whether lines end with NUL.</summary>
    internal bool Null { get; init; }

    /// <summary>Whether a terminal shows them: then no byte of a name may command it.</summary>
    internal bool Escape { get; init; }
}
