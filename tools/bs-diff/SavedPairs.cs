using Backshift.Paths;
using Backshift.Repository;
using Backshift.Repository.Reading;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Tools.Diff;

/// <summary>Pairs the entries of two savesets. The parts of their trees that are equal are passed over unread.</summary>
internal sealed class SavedPairs : IEntryPairs, IDisposable
{
    private readonly RepositoryReader reader;
    private readonly IEnumerator<EntryPair> pairs;

    internal SavedPairs(RepositoryReader reader, Saveset left, Saveset right, PathSelection selection)
    {
        this.reader = reader;
        pairs = SelectedDifferences.Read(reader, left, right, selection).GetEnumerator();
    }

    public IComparedEntry? Left => Of(pairs.Current.Left);

    public IComparedEntry? Right => Of(pairs.Current.Right);

    public ValueTask<bool> MoveNextAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return ValueTask.FromResult(pairs.MoveNext());
    }

    public void Dispose() => pairs.Dispose();

    private SavedEntry? Of(StoredEntry? stored) => stored is null ? null : new SavedEntry(reader, stored);
}
