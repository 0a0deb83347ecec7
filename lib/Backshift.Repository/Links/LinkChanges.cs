using Backshift.Posix;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Links;

/// <summary>Changes in the order of a tree, applied to its entries as they come.</summary>
public sealed class LinkChanges : IDisposable
{
    private readonly EntryCursor cursor;
    private bool more;

    /// <param name="changes">The changes by path; not closed here.</param>
    public LinkChanges(EntrySorter changes)
    {
        cursor = changes.Open();
        more = cursor.MoveNext();
    }

    /// <summary>Moves on to an entry.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="change">Its change; valid until the next call.</param>
    /// <returns>Whether it has one.</returns>
    internal bool TryPassTo(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> change)
    {
        while (more && BytePath.Compare(cursor.Path, path) < 0)
        {
            more = cursor.MoveNext();
        }

        change = more && cursor.Path.SequenceEqual(path) ? cursor.Item : default;
        return !change.IsEmpty;
    }

    /// <summary>Moves on to an entry, and returns it encoded, with its change if it has one.</summary>
    public ReadOnlySpan<byte> PassTo(ReadOnlySpan<byte> path, ReadOnlySpan<byte> item)
    {
        if (!TryPassTo(path, out ReadOnlySpan<byte> change))
        {
            return item;
        }

        byte[] changed = LinkChange.Encode(LinkChange.Apply(StoredEntry.ReadWhole(item.ToArray()), change)!);
        StoredEntry.ReadWhole(changed);
        return changed;
    }

    public void Dispose() => cursor.Dispose();
}
