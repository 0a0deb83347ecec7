using Backshift.Records;

namespace Backshift.Tools.Diff;

/// <summary>One of the two things that are compared: entries in the order of a tree, and their contents.</summary>
internal interface IEntrySide
{
    /// <summary>The entry; valid after a move that said true.</summary>
    EntryRecord Entry { get; }

    /// <exception cref="BackshiftException">The input is damaged, or out of order.</exception>
    ValueTask<bool> MoveNextAsync(CancellationToken cancel);

    /// <summary>The content of the entry, which is a file, to be read once and before the next move; null if it has not been read yet.</summary>
    IContent? OpenContent();
}
