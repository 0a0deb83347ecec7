using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Saving;

/// <summary>Counts what comes from each root. Entries come a root at a time, so the last one is tried first.</summary>
internal sealed class RootCounts
{
    private readonly BytePath[] paths;
    private readonly long[] entries;
    private readonly long[] bytes;
    private int current;

    internal RootCounts(IReadOnlyList<BytePath> roots)
    {
        paths = [.. roots];
        entries = new long[paths.Length];
        bytes = new long[paths.Length];
    }

    internal IReadOnlyList<SavedRoot> Roots => [.. paths.Select((path, i) => new SavedRoot(path, entries[i], bytes[i]))];

    internal void Count(EntryRecord entry)
    {
        ReadOnlySpan<byte> path = entry.Path.Span;
        if (paths.Length == 0 || (!Holds(current, path) && !TryFind(path)))
        {
            return;
        }

        long size = entry.Type == EntryType.File ? entry.Size ?? 0 : 0;
        entries[current]++;
        bytes[current] += Math.Min(size, long.MaxValue - bytes[current]);
    }

    private bool TryFind(ReadOnlySpan<byte> path)
    {
        for (int i = 0; i < paths.Length; i++)
        {
            if (Holds(i, path))
            {
                current = i;
                return true;
            }
        }

        return false;
    }

    private bool Holds(int root, ReadOnlySpan<byte> path) =>
        paths[root].Span is [(byte)'.'] || BytePath.IsWithin(path, paths[root].Span);
}
