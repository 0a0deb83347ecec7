using Backshift.Paths.Patterns;


namespace Backshift.Tools.Walk;

/// <summary>What bs-walk was asked for besides the paths.</summary>
internal sealed record WalkOptions
{
    /// <summary>The machine's name for the begin record.</summary>
    internal required string Host { get; init; }

    /// <summary>The name of the part of the machine that is saved, or null.</summary>
    internal string? Subset { get; init; }

    internal PatternList Patterns { get; init; } = new();

    /// <summary>Whether to stay on the file system of each root.</summary>
    internal bool OneFileSystem { get; init; }

    /// <summary>Whether to leave out what is in directories with a CACHEDIR.TAG.</summary>
    internal bool ExcludeCaches { get; init; }

    /// <summary>Whether to leave out what has the attribute d of chattr(1).</summary>
    internal bool NoDump { get; init; }

    /// <summary>Whether to read extended attributes.</summary>
    internal bool Attributes { get; init; } = true;

    /// <summary>Whether to walk once before, to know how much there is.</summary>
    internal bool Count { get; init; }

    /// <summary>Whether a root that is missing or empty ends the run before it begins.</summary>
    internal bool Guard { get; init; }

    /// <summary>Whether to say at the end what was left out.</summary>
    internal bool Verbose { get; init; }
}
