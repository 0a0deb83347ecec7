namespace Backshift.Repository.Trees;

/// <summary>Walks through the entries of a sorter in order: those in its buffer, or its runs merged. Of equal paths the one that was added last is
/// given.</summary>
public sealed class EntryCursor : IDisposable
{
    private readonly EntrySorter? buffer;
    private readonly SortedRuns? runs;
    private int number = -1;

    internal EntryCursor(EntrySorter buffer) => this.buffer = buffer;

    internal EntryCursor(SortedRuns runs) => this.runs = runs;

    /// <summary>The path; valid until the next move.</summary>
    public ReadOnlySpan<byte> Path => runs is null ? buffer!.BufferedPath(number) : runs.Path;

    /// <summary>What was added with it; valid until the next move.</summary>
    public ReadOnlySpan<byte> Item => runs is null ? buffer!.BufferedItem(number) : runs.Item;

    public bool MoveNext()
    {
        if (runs is not null)
        {
            return runs.MoveNext();
        }

        do
        {
            number++;
        }
        while (number + 1 < buffer!.Buffered && buffer.BufferedPath(number).SequenceEqual(buffer.BufferedPath(number + 1)));
        return number < buffer.Buffered;
    }

    public void Dispose() => runs?.Dispose();
}
