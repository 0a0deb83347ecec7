using Backshift.Records;

namespace Backshift.Tools.Diff;

/// <summary>One of the two things that are compared: entries in the order of a tree, and their contents. The entry is valid after a move that said
/// true.</summary>
internal interface IEntrySide : IComparedEntry
{
    /// <exception cref="BackshiftException">The input is damaged, or out of order.</exception>
    ValueTask<bool> MoveNextAsync(CancellationToken cancel);
}
