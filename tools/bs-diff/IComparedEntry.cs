using Backshift.Records;

namespace Backshift.Tools.Diff;

/// <summary>An entry of one of the two things that are compared.</summary>
internal interface IComparedEntry
{
    /// <summary>The entry.</summary>
    EntryRecord Entry { get; }

    /// <summary>The content of the entry, which is a file, to be read once and before the next move; null if it has not been read yet.</summary>
    IContent? OpenContent();
}
