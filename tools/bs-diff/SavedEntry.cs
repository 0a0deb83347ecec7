using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Trees;

namespace Backshift.Tools.Diff;

/// <summary>An entry of a saveset.</summary>
internal sealed class SavedEntry : IComparedEntry
{
    private readonly RepositoryReader reader;

    internal SavedEntry(RepositoryReader reader, StoredEntry stored)
    {
        this.reader = reader;
        Stored = stored;
    }

    public EntryRecord Entry => Stored.Entry;

    /// <summary>The entry with the places of its content.</summary>
    internal StoredEntry Stored { get; }

    public IContent OpenContent() => new SavedContent(reader, Stored);
}
