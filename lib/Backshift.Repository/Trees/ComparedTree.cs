using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;

namespace Backshift.Repository.Trees;

/// <summary>One side of a comparison: goes through a tree in order, and enters only the nodes that it is told to. Memory is a node a level.</summary>
internal sealed class ComparedTree : IDisposable
{
    private readonly ChunkReader nodes;
    private readonly BytePath under;
    private readonly Stack<IEnumerator<TreeItem>> entered = new();

    /// <param name="nodes">Reads the nodes; not closed with this.</param>
    /// <param name="root">Digest of the root; null for a tree without entries.</param>
    /// <param name="level">Level of the root.</param>
    /// <param name="under">Only what is at and below this path is shown; the empty path for everything.</param>
    internal ComparedTree(ChunkReader nodes, Digest? root, int level, BytePath under)
    {
        this.nodes = nodes;
        this.under = under;
        Item = root is { } id ? new TreeItem(default, level, id, null, null, null) : null;
    }

    /// <summary>Where it stands; null at the end.</summary>
    internal TreeItem? Item { get; private set; }

    /// <summary>Goes on behind the node or the entry.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    internal void PassOver()
    {
        while (entered.TryPeek(out IEnumerator<TreeItem>? items))
        {
            if (items.MoveNext())
            {
                Item = items.Current;
                return;
            }

            entered.Pop().Dispose();
        }

        Item = null;
    }

    /// <summary>Goes to the first item of the node.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    internal void Enter()
    {
        entered.Push(ItemsOf(Item!.Value).GetEnumerator());
        PassOver();
    }

    private IEnumerable<TreeItem> ItemsOf(TreeItem node)
    {
        if (node.Level == 0)
        {
            foreach (StoredEntry entry in TreeReader.LeafItems(nodes, node.Id, node.From, node.End))
            {
                if (BytePath.IsWithin(entry.Path.Span, under.Span))
                {
                    yield return TreeItem.Of(entry);
                }
                else if (entry.Path.CompareTo(under) > 0)
                {
                    yield break;
                }
            }

            yield break;
        }

        List<(BytePath First, Digest Child)> children = TreeReader.InnerItems(nodes, node.Id, node.Level, node.From, node.End);
        for (int i = 0; i < children.Count; i++)
        {
            BytePath first = children[i].First;
            BytePath? next = i + 1 < children.Count ? children[i + 1].First : node.End;
            if (!under.IsEmpty && i + 1 < children.Count && next!.Value.CompareTo(under) <= 0)
            {
                continue;
            }

            if (!under.IsEmpty && first.CompareTo(under) > 0 && !BytePath.IsWithin(first.Span, under.Span))
            {
                yield break;
            }

            // The first child begins where its parent does: so a root is compared with the first node of a tree that has one level more.
            yield return new TreeItem(i == 0 ? node.First : first, node.Level - 1, children[i].Child, first, next, null);
        }
    }

    public void Dispose()
    {
        while (entered.TryPop(out IEnumerator<TreeItem>? items))
        {
            items.Dispose();
        }
    }
}
