using Backshift.Posix;
using Backshift.Repository.Measuring;
using Backshift.Repository.Savesets;

namespace Backshift.Tools.Report;

/// <summary>What the page shows.</summary>
internal sealed record ReportFacts
{
    /// <summary>Where the repository is, for people.</summary>
    internal required string Repository { get; init; }

    internal required UnixTime Now { get; init; }

    internal required RepositorySize Size { get; init; }

    /// <summary>All savesets, in the order in which they were started.</summary>
    internal required IReadOnlyList<Saveset> Savesets { get; init; }

    /// <summary>The hosts and subsets, by name.</summary>
    internal required IReadOnlyList<OwnerFacts> Owners { get; init; }

    /// <summary>The largest directories of the latest complete savesets.</summary>
    internal required IReadOnlyList<RankedDirectory> Largest { get; init; }

    /// <summary>The directories in which most changed between the last two complete savesets.</summary>
    internal required IReadOnlyList<RankedDirectory> MostChanged { get; init; }

    /// <summary>What is known of checks.</summary>
    internal required CheckFacts Checks { get; init; }

    /// <summary>What could not be read, a line each; no more than fit on a page.</summary>
    internal required IReadOnlyList<string> Damage { get; init; }
}
