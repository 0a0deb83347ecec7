using Backshift.Posix;

namespace Backshift.Tools.Save;

/// <summary>The options of a save, sorted by the program that takes them.</summary>
internal sealed record SaveOptions
{
    internal required IReadOnlyList<BytePath> Roots { get; init; }

    internal required BytePath Repository { get; init; }

    /// <summary>Whether the repository has to be created first.</summary>
    internal bool Init { get; init; }

    /// <summary>Whether the repository that is created is not to be encrypted.</summary>
    internal bool Plain { get; init; }

    /// <summary>Whether to read everything, without bs-since.</summary>
    internal bool Full { get; init; }

    /// <summary>Whether to print the command without running it.</summary>
    internal bool DryRun { get; init; }

    /// <summary>Options for bs-walk, before the roots.</summary>
    internal IReadOnlyList<string> ForWalk { get; init; } = [];

    /// <summary>Options for each of the other programs, after the repository.</summary>
    internal IReadOnlyList<string> ForSince { get; init; } = [];

    internal IReadOnlyList<string> ForChunk { get; init; } = [];

    internal IReadOnlyList<string> ForStore { get; init; } = [];
}
