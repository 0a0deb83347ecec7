using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Links;

/// <summary>
/// Compares the links of a saveset, by their targets, with its entries in the order of the tree: a link to nothing must not be stored, and the first of the
/// names is to have the content, so that a reader needs to remember nothing.
/// </summary>
public sealed class LinkTargets : IDisposable
{
    private readonly EntryCursor cursor;
    private readonly EntrySorter changes;
    private readonly Action<BytePath> unusable;
    private bool more;

    /// <param name="links">Keys as <see cref="Key"/> makes them; not closed here.</param>
    /// <param name="changes">Receives the changes of entries whose content moves to another name.</param>
    /// <param name="unusable">Receives links whose target is missing or of no use.</param>
    public LinkTargets(EntrySorter links, EntrySorter changes, Action<BytePath> unusable)
    {
        cursor = links.Open();
        this.changes = changes;
        this.unusable = unusable;
        more = cursor.MoveNext();
    }

    // Whether the link may get the content: its own keys might make that more than an entry can hold.
    private const byte Movable = 1;

    private ReadOnlySpan<byte> Target => TargetOf(cursor.Path);

    private BytePath Link => new(LinkOf(cursor.Path));

    /// <summary>The target in a key.</summary>
    internal static ReadOnlySpan<byte> TargetOf(ReadOnlySpan<byte> key) => key[..key.IndexOf((byte)0)];

    /// <summary>The link in a key.</summary>
    internal static ReadOnlySpan<byte> LinkOf(ReadOnlySpan<byte> key) => key[(key.IndexOf((byte)0) + 1)..];

    /// <summary>A key that sorts by target, then by path, and is no other link's. No path has a NUL in it.</summary>
    internal static byte[] Key(ReadOnlySpan<byte> target, ReadOnlySpan<byte> link) => [.. target, 0, .. link];

    /// <summary>The links among the entries, by their targets and by their paths. Those below something that is not a directory are left out.</summary>
    public static void Collect(EntrySorter entries, EntrySorter links, EntrySorter byPath)
    {
        // Not when they are added: of an entry that came twice only the last one counts, and it need not be a link.
        PlaceRule places = new();
        using EntryCursor all = entries.Open();
        while (all.MoveNext())
        {
            EntryType type = StoredEntry.KindOf(all.Item, out _);
            if (!places.Admits(all.Path, type) || type != EntryType.Link)
            {
                continue;
            }

            EntryRecord link = StoredEntry.ReadWhole(all.Item.ToArray()).Entry;
            bool movable = link.Unknown.Length <= TreeLimits.MovedKeys && link.Unknown.Count <= StreamLimits.Keys / 2;
            links.Add(Key(link.Target, link.Path.Span), [movable ? Movable : (byte)0]);
            byPath.Add(link.Path.Span, link.Target);
        }
    }

    /// <summary>Moves on to an entry.</summary>
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
                moves = BytePath.Compare(link.Span, path) < 0 && (cursor.Item[0] & Movable) != 0
                    && item.Length <= TreeLimits.Entry - TreeLimits.MovedKeys - StreamLimits.Path;
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

    /// <summary>Called after the last entry.</summary>
    public void PassRest()
    {
        for (; more; more = cursor.MoveNext())
        {
            unusable(Link);
        }
    }

    private static bool IsUsable(ReadOnlySpan<byte> item)
    {
        return !item.IsEmpty && StoredEntry.KindOf(item, out _) is not (EntryType.Link or EntryType.Directory);
    }

    public void Dispose() => cursor.Dispose();
}
