using Backshift.Paths;
using Backshift.Paths.Patterns;
using Backshift.Repository.Savesets;

namespace Backshift.Tools.Find;

/// <summary>What is looked for, and where.</summary>
internal sealed record FindOptions
{
    internal required SavesetFilter Filter { get; init; }

    /// <summary>Patterns of which one matches; none for every entry.</summary>
    internal required PatternList Patterns { get; init; }

    /// <summary>The parts of the savesets that are searched.</summary>
    internal required PathSelection Selection { get; init; }

    internal bool Json { get; init; }

    /// <summary>Whether lines end with NUL.</summary>
    internal bool Null { get; init; }

    /// <summary>Whether a terminal shows them: then columns are for people, and no byte of a name may command it.</summary>
    internal bool Terminal { get; init; }
}
