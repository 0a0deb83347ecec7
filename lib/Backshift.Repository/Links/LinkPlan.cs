using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Links;

/// <summary>
/// What becomes of each name of linked files from some place of a selection on, worked out beforehand: the links sorted by their targets, each target looked up
/// once and in order, the outcome sorted by path. Takes space on disk, not in memory, however many files have names both in the selection and outside.
/// </summary>
internal sealed class LinkPlan : IDisposable
{
    private readonly EntrySorter changes = new(ScratchSpace.Create);
    private readonly TreeCursor tree;
    private readonly BytePath from;
    private readonly Func<BytePath, bool> isSelected;
    private readonly bool leavesSocketsOut;
    private readonly LinkChanges cursor;
    private BytePath target;
    private bool targetIsSelected;
    private StoredEntry? real;
    private BytePath stand;

    /// <param name="stands">Targets for which another name stands already.</param>
    /// <param name="selected">All entries of the selection.</param>
    /// <param name="from">The first path that was not written yet.</param>
    /// <param name="tree">Looks targets up.</param>
    /// <param name="isSelected">Whether an entry of this path belongs to the selection.</param>
    /// <param name="leavesSocketsOut">Whether sockets are not part of the output.</param>
    internal LinkPlan(IEnumerable<KeyValuePair<BytePath, BytePath>> stands, IEnumerable<StoredEntry> selected, BytePath from, TreeCursor tree, Func<BytePath,
        bool> isSelected, bool leavesSocketsOut)
    {
        this.tree = tree;
        this.from = from;
        this.isSelected = isSelected;
        this.leavesSocketsOut = leavesSocketsOut;
        using EntrySorter links = new(ScratchSpace.Create);
        foreach ((BytePath its, BytePath name) in stands)
        {
            // Sorts before the links to the same target.
            links.Add(LinkTargets.Key(its.Span, default), name.Span);
        }

        foreach (StoredEntry entry in selected)
        {
            if (entry.Entry.Type == EntryType.Link && entry.Path.CompareTo(from) >= 0 && isSelected(entry.Path))
            {
                links.Add(LinkTargets.Key(entry.Entry.Target, entry.Path.Span), []);
            }
        }

        using (EntryCursor all = links.Open())
        {
            while (all.MoveNext())
            {
                Take(all);
            }
        }

        cursor = new LinkChanges(changes);
    }

    /// <summary>An entry of the selection as it is to be written; null for a link to nothing. Called in the order of the tree.</summary>
    internal StoredEntry? Resolve(StoredEntry entry) =>
        cursor.TryPassTo(entry.Path.Span, out ReadOnlySpan<byte> change) ? LinkChange.Apply(entry, change) : entry;

    private void Take(EntryCursor links)
    {
        int end = links.Path.IndexOf((byte)0);
        if (target.IsEmpty || !links.Path[..end].SequenceEqual(target.Span))
        {
            target = new BytePath(links.Path[..end]);
            targetIsSelected = isSelected(target);
            real = tree.Find(target) is { Entry.Type: not (EntryType.Link or EntryType.Directory) } found ? found : null;
            stand = default;
        }

        BytePath link = new(links.Path[(end + 1)..]);
        if (link.IsEmpty)
        {
            stand = new BytePath(links.Item);
            if (targetIsSelected && target.CompareTo(from) >= 0)
            {
                changes.Add(target.Span, LinkChange.ToLink(stand.Span));
            }
        }
        else if (real is null)
        {
            changes.Add(link.Span, LinkChange.ToNothing());
        }
        else if (real.Entry.Type == EntryType.Socket && leavesSocketsOut)
        {
            changes.Add(link.Span, LinkChange.ToContent(LinkChange.Encode(real)));
        }
        else if (!stand.IsEmpty)
        {
            changes.Add(link.Span, LinkChange.ToLink(stand.Span));
        }
        else if (!targetIsSelected || link.CompareTo(target) < 0)
        {
            stand = link;
            changes.Add(link.Span, LinkChange.ToContent(LinkChange.Encode(real)));
            if (targetIsSelected)
            {
                changes.Add(target.Span, LinkChange.ToLink(link.Span));
            }
        }
    }

    public void Dispose()
    {
        cursor.Dispose();
        changes.Dispose();
    }
}
