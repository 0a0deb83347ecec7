using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;

namespace Backshift.Repository.Trees;

/// <summary>
/// Looks paths up in an entry tree, one after the other. Paths that come in the tree's own order read each node once; paths that come directory by
/// directory, as find(1) gives them, find most of theirs in the leaves that were used last. Memory is a fixed number of nodes.
/// </summary>
public sealed class TreeCursor
{
    private const int LeavesKept = 32;
    private const int InnerNodesKept = 64;

    private readonly ChunkReader nodes;
    private readonly Digest root;
    private readonly int level;
    private readonly LinkedList<Leaf> leaves = new();
    private readonly Dictionary<Digest, List<(BytePath First, Digest Child)>> inner = [];

    /// <param name="nodes">Reads the nodes; not closed with the cursor.</param>
    /// <param name="root">Digest of the root.</param>
    /// <param name="level">Level of the root.</param>
    public TreeCursor(ChunkReader nodes, Digest root, int level)
    {
        this.nodes = nodes;
        this.root = root;
        this.level = level;
    }

    /// <summary>The entry with exactly this path, or null.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    public StoredEntry? Find(BytePath path)
    {
        List<StoredEntry> entries = LeafOf(path).Entries;
        int low = 0, high = entries.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = entries[middle].Path.CompareTo(path);
            if (order == 0)
            {
                return entries[middle];
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return null;
    }

    /// <summary>The digest of the leaf in which this path is or would be.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    internal Digest LeafAt(BytePath path) => LeafOf(path).Id;

    private Leaf LeafOf(BytePath path)
    {
        for (LinkedListNode<Leaf>? node = leaves.First; node is not null; node = node.Next)
        {
            if (node.Value.Covers(path))
            {
                if (node.Previous is not null)
                {
                    leaves.Remove(node);
                    leaves.AddFirst(node);
                }

                return node.Value;
            }
        }

        Leaf leaf = Descend(path);
        leaves.AddFirst(leaf);
        if (leaves.Count > LeavesKept)
        {
            leaves.RemoveLast();
        }

        return leaf;
    }

    private Leaf Descend(BytePath path)
    {
        Digest node = root;
        BytePath? first = null, end = null;
        for (int at = level; at > 0; at--)
        {
            List<(BytePath First, Digest Child)> children = Inner(node, at);
            int child = 0;
            while (child + 1 < children.Count && children[child + 1].First.CompareTo(path) <= 0)
            {
                child++;
            }

            if (children.Count == 0)
            {
                throw new BackshiftException(ExitCode.DataError, $"node {node}: has no children");
            }

            first = child == 0 ? first : children[child].First;
            end = child + 1 < children.Count ? children[child + 1].First : end;
            node = children[child].Child;
        }

        return new Leaf(node, first, end, [.. TreeReader.LeafItems(nodes, node)]);
    }

    private List<(BytePath First, Digest Child)> Inner(Digest node, int at)
    {
        if (!inner.TryGetValue(node, out List<(BytePath First, Digest Child)>? children))
        {
            children = TreeReader.InnerItems(nodes, node, at);
            if (inner.Count >= InnerNodesKept)
            {
                inner.Clear();
            }

            inner.Add(node, children);
        }

        return children;
    }

    private sealed record Leaf(Digest Id, BytePath? First, BytePath? End, List<StoredEntry> Entries)
    {
        internal bool Covers(BytePath path) =>
            (First is not { } first || first.CompareTo(path) <= 0) && (End is not { } end || path.CompareTo(end) < 0);
    }
}
