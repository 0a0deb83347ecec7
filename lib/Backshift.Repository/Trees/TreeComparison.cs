using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;

namespace Backshift.Repository.Trees;

/// <summary>
/// Compares two entry trees. Nodes are cut by content, so what is equal lies in equal nodes, of which neither is read: the cost is that of the nodes that
/// differ. Memory is a node a level of each tree.
/// </summary>
public static class TreeComparison
{
    /// <summary>The paths at which the trees may differ, in order. What both have is given as a pair, and some pairs are equal: the neighbours of what
    /// differs.</summary>
    /// <param name="nodes">Reads the nodes of both.</param>
    /// <param name="left">Digest of the root of the first tree; null for a tree without entries.</param>
    /// <param name="leftLevel">The level of that root.</param>
    /// <param name="right">Digest of the root of the second tree.</param>
    /// <param name="rightLevel">The level of that root.</param>
    /// <param name="under">Only what is at and below this path is compared; the empty path for everything.</param>
    /// <exception cref="BackshiftException">A node in which they differ is missing or damaged.</exception>
    public static IEnumerable<EntryPair> Compare(ChunkReader nodes, Digest? left, int leftLevel, Digest? right, int rightLevel, BytePath under)
    {
        using ComparedTree one = new(nodes, left, leftLevel, under), other = new(nodes, right, rightLevel, under);
        while (one.Item is not null || other.Item is not null)
        {
            TreeItem? from = one.Item, to = other.Item;
            int order = to is null ? -1 : from is null ? 1 : from.Value.First.CompareTo(to.Value.First);
            if (order == 0)
            {
                // Of two nodes that begin with the same path the higher one is entered: a part of it may be the other.
                order = to!.Value.Level.CompareTo(from!.Value.Level);
            }

            if (order == 0)
            {
                if (from!.Value.Entry is { } entry)
                {
                    yield return new EntryPair(entry, to!.Value.Entry);
                }
                else if (from.Value.Id != to!.Value.Id)
                {
                    one.Enter();
                    other.Enter();
                    continue;
                }

                one.PassOver();
                other.PassOver();
            }
            else if ((order < 0 ? from : to)!.Value.Entry is { } entry)
            {
                yield return order < 0 ? new EntryPair(entry, null) : new EntryPair(null, entry);
                (order < 0 ? one : other).PassOver();
            }
            else
            {
                (order < 0 ? one : other).Enter();
            }
        }
    }
}
