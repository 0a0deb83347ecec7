using Backshift.Records;

namespace Backshift.Tools.Diff;

/// <summary>The paths at which two things may differ, in the order of a tree.</summary>
internal interface IEntryPairs
{
    /// <summary>The entry of the first, or null if it has none; valid until the next move.</summary>
    IComparedEntry? Left { get; }

    /// <summary>The entry of the second, or null if it has none.</summary>
    IComparedEntry? Right { get; }

    /// <exception cref="BackshiftException">An input is damaged, or out of order.</exception>
    ValueTask<bool> MoveNextAsync(CancellationToken cancel);
}
