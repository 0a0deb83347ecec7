using Backshift.Posix;
using Backshift.Tooling;

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

    /// <summary>--exclude, --include and --exclude-from in their order; the first pattern that matches decides.</summary>
    internal IReadOnlyList<GivenOption> Patterns { get; init; } = [];

    /// <summary>Further options of bs-walk, bs-since, bs-chunk and bs-store as they are handed on.</summary>
    internal IReadOnlyList<string> ForWalk { get; init; } = [];

    internal IReadOnlyList<string> ForSince { get; init; } = [];

    internal IReadOnlyList<string> ForChunk { get; init; } = [];

    internal IReadOnlyList<string> ForStore { get; init; } = [];
}
