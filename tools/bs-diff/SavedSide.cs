using Backshift.Paths;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Reading;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Tools.Diff;

/// <summary>A saveset, or a part of it.</summary>
internal sealed class SavedSide : IEntrySide, IDisposable
{
    private readonly RepositoryReader reader;
    private readonly IEnumerator<StoredEntry> entries;

    internal SavedSide(RepositoryReader reader, Saveset saveset, PathSelection selection)
    {
        this.reader = reader;
        entries = SelectedEntries.Read(reader, saveset, selection).GetEnumerator();
    }

    public EntryRecord Entry => entries.Current.Entry;

    public ValueTask<bool> MoveNextAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return ValueTask.FromResult(entries.MoveNext());
    }

    public IContent OpenContent() => new SavedContent(reader, entries.Current);

    public void Dispose() => entries.Dispose();
}
