using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Trees;
using MessagePack;

namespace Backshift.Repository.Savesets;

/// <summary>
/// The links of a saveset by their targets, held against its entries as they come by in the order of the tree: a link to nothing must not be stored, and the
/// content is to stand under the first of the names, so that whoever reads needs to remember nothing.
/// </summary>
public sealed class LinkTargets : IDisposable
{
    private readonly EntryCursor cursor;
    private readonly EntrySorter changes;
    private readonly Action<BytePath> unusable;
    private bool more;

    /// <param name="links">Keys as <see cref="Key"/> makes them; not closed here.</param>
    /// <param name="changes">Is given what becomes of entries whose content moves to another name.</param>
    /// <param name="unusable">Is told of links whose target is missing or of no use.</param>
    public LinkTargets(EntrySorter links, EntrySorter changes, Action<BytePath> unusable)
    {
        cursor = links.Open();
        this.changes = changes;
        this.unusable = unusable;
        more = cursor.MoveNext();
    }

    private ReadOnlySpan<byte> Target => cursor.Path[..cursor.Path.IndexOf((byte)0)];

    private BytePath Link => new(cursor.Path[(cursor.Path.IndexOf((byte)0) + 1)..]);

    /// <summary>A key that sorts by target, then by path, and is no other link's. No path has a NUL in it.</summary>
    internal static byte[] Key(ReadOnlySpan<byte> target, ReadOnlySpan<byte> link) => [.. target, 0, .. link];

    /// <summary>The links among the entries, by their targets.</summary>
    public static void Collect(EntrySorter entries, EntrySorter links)
    {
        // Not when they are added: of an entry that came twice only the last one counts, and it need not be a link.
        using EntryCursor all = entries.Open();
        while (all.MoveNext())
        {
            if (EntryGlance.TryRead(all.Item, out EntryGlance glance) && glance.IsFile)
            {
                continue;
            }

            MessagePackReader reader = new(all.Item.ToArray());
            if (StoredEntry.ReadFrom(ref reader).Entry is { Type: EntryType.Link } link)
            {
                links.Add(Key(link.Target, link.Path.Span), []);
            }
        }
    }

    /// <summary>Goes on to an entry.</summary>
    /// <param name="path">The entry's path.</param>
    /// <param name="item">The entry as encoded; empty if it is not stored.</param>
    public void PassTo(ReadOnlySpan<byte> path, ReadOnlySpan<byte> item)
    {
        bool? usable = null;
        BytePath first = default;
        bool moves = false;
        for (; more; more = cursor.MoveNext())
        {
            int order = BytePath.Compare(Target, path);
            if (order > 0)
            {
                break;
            }

            BytePath link = Link;
            if (order < 0 || !(usable ??= IsUsable(item)))
            {
                unusable(link);
            }
            else if (first.IsEmpty)
            {
                first = link;
                moves = BytePath.Compare(link.Span, path) < 0;
                if (moves)
                {
                    changes.Add(link.Span, LinkChange.ToContent(item));
                    changes.Add(path, LinkChange.ToLink(link.Span));
                }
            }
            else if (moves)
            {
                changes.Add(link.Span, LinkChange.ToLink(first.Span));
            }
        }
    }

    /// <summary>No entry comes any more.</summary>
    public void PassRest()
    {
        for (; more; more = cursor.MoveNext())
        {
            unusable(Link);
        }
    }

    private static bool IsUsable(ReadOnlySpan<byte> item)
    {
        if (item.IsEmpty)
        {
            return false;
        }

        MessagePackReader reader = new(item.ToArray());
        return StoredEntry.ReadFrom(ref reader).Entry.Type is not (EntryType.Link or EntryType.Directory);
    }

    public void Dispose() => cursor.Dispose();
}
