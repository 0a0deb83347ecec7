using Backshift.Posix;

namespace Backshift.Tools.Save;

/// <summary>What bs-save was asked for.</summary>
internal sealed record SaveOptions
{
    internal required IReadOnlyList<BytePath> Roots { get; init; }

    internal required BytePath Repository { get; init; }

    /// <summary>Whether the repository has to be made first.</summary>
    internal bool Init { get; init; }

    /// <summary>Whether to read everything, without bs-since.</summary>
    internal bool Full { get; init; }

    /// <summary>What bs-walk is given before the roots; of the patterns in it the first that matches decides.</summary>
    internal IReadOnlyList<string> ForWalk { get; init; } = [];

    /// <summary>What each of the others is given behind the repository.</summary>
    internal IReadOnlyList<string> ForSince { get; init; } = [];

    internal IReadOnlyList<string> ForChunk { get; init; } = [];

    internal IReadOnlyList<string> ForStore { get; init; } = [];
}
