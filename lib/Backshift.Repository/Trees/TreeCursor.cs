using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using MessagePack;

namespace Backshift.Repository.Trees;

/// <summary>
/// Looks paths up in an entry tree, one after the other. Paths that come in the tree's own order read each node once; paths that come directory by
/// directory, as find(1) gives them, find most of theirs in the leaves that were used last. Memory is a fixed number of nodes.
/// </summary>
public sealed class TreeCursor
{
    private const int LeavesKept = 64;
    private const int InnerNodesKept = 64;

    // A leaf has some 50,000 bytes, but a single entry may have millions.
    private const long LeafBytesKept = 16 << 20;

    private readonly ChunkReader nodes;
    private readonly Digest root;
    private readonly int level;
    private readonly LinkedList<Leaf> leaves = new();
    private readonly Dictionary<Digest, List<(BytePath First, Digest Child)>> inner = [];
    private long leafBytes;

    /// <param name="nodes">Reads the nodes; not closed with the cursor.</param>
    /// <param name="root">Digest of the root.</param>
    /// <param name="level">Level of the root.</param>
    public TreeCursor(ChunkReader nodes, Digest root, int level)
    {
        this.nodes = nodes;
        this.root = root;
        this.level = level;
    }

    /// <summary>Number of leaves read so far: it grows with every path if they come in an order that has little to do with the tree's.</summary>
    public long LeavesRead { get; private set; }

    /// <summary>The entry with exactly this path, or null.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    public StoredEntry? Find(BytePath path)
    {
        Leaf leaf = LeafOf(path.Span);
        return leaf.TryFind(path.Span, out ReadOnlyMemory<byte> item) ? leaf.Read(item) : null;
    }

    /// <summary>The entry with exactly this path, or null; of a file perhaps no more than type, size, mtime, ctime, ino, flags and content, which is found in a
    /// fraction of the time.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    public StoredEntry? FindVersion(ReadOnlySpan<byte> path)
    {
        Leaf leaf = LeafOf(path);
        if (!leaf.TryFind(path, out ReadOnlyMemory<byte> item))
        {
            return null;
        }

        if (!EntryGlance.TryRead(item.Span, out EntryGlance glance) || !glance.IsFile || glance.HasMore)
        {
            return leaf.Read(item);
        }

        EntryRecord entry = new() { Path = default, Type = EntryType.File, Size = glance.Size, Mtime = glance.Mtime, Ctime = glance.Ctime, Ino = glance.Ino,
            Flags = glance.Flags };
        return new StoredEntry(entry) { Parts = glance.ContentStart == 0 ? [] : ReadParts(leaf.Id, item[glance.ContentStart..]) };
    }

    /// <summary>The digest of the leaf in which this path is or would be.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    internal Digest LeafAt(BytePath path) => LeafOf(path.Span).Id;

    private Leaf LeafOf(ReadOnlySpan<byte> path)
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
        LeavesRead++;
        leaves.AddFirst(leaf);
        leafBytes += leaf.Length;
        while (leaves.Count > LeavesKept || (leafBytes > LeafBytesKept && leaves.Count > 1))
        {
            leafBytes -= leaves.Last!.Value.Length;
            leaves.RemoveLast();
        }

        return leaf;
    }

    private Leaf Descend(ReadOnlySpan<byte> path)
    {
        Digest node = root;
        BytePath? first = null, end = null;
        bool isFirst = true;
        for (int at = level; at > 0; at--)
        {
            List<(BytePath First, Digest Child)> children = Inner(node, at, first, end);
            int child = 0;
            while (child + 1 < children.Count && BytePath.Compare(children[child + 1].First.Span, path) <= 0)
            {
                child++;
            }

            first = children[child].First;
            isFirst &= child == 0;
            end = child + 1 < children.Count ? children[child + 1].First : end;
            node = children[child].Child;
        }

        // A path before the first entry of all is looked up in the first leaf.
        return new Leaf(NodeReader.Read(nodes, node, "leaf", 0), first, end, isFirst);
    }

    private List<(BytePath First, Digest Child)> Inner(Digest node, int at, BytePath? first, BytePath? end)
    {
        if (!inner.TryGetValue(node, out List<(BytePath First, Digest Child)>? children))
        {
            children = TreeReader.InnerItems(nodes, node, at, first, end);
            if (inner.Count >= InnerNodesKept)
            {
                inner.Clear();
            }

            inner.Add(node, children);
        }
        else
        {
            NodeReader.CheckPlace(node, children[0].First.Span, children[^1].First.Span, first, end);
        }

        return children;
    }

    private static IReadOnlyList<ContentPart> ReadParts(Digest node, ReadOnlyMemory<byte> value)
    {
        try
        {
            MessagePackReader reader = new(value);
            return StoredEntry.ReadParts(ref reader);
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            throw NodeReader.Damaged(node, e);
        }
    }

    /// <summary>A leaf with its entries as they are encoded, and where each is: most are never asked for.</summary>
    private sealed class Leaf
    {
        private readonly Node node;
        private readonly BytePath? first;
        private readonly BytePath? end;
        private readonly List<(ReadOnlyMemory<byte> Path, ReadOnlyMemory<byte> Item)> items = [];

        internal Leaf(Node node, BytePath? first, BytePath? end, bool isFirst)
        {
            this.node = node;
            this.first = isFirst ? null : first;
            this.end = end;
            for (int at = node.Start; at < node.Bytes.Length;)
            {
                ReadOnlyMemory<byte> path, rest = node.Bytes[at..];
                int length;
                if (at < TreeLimits.LongNode && EntryGlance.TryRead(rest.Span, out EntryGlance glance))
                {
                    rest.Span.Overlaps(glance.Path, out int offset);
                    path = rest.Slice(offset, glance.Path.Length);
                    length = glance.Length;
                }
                else
                {
                    int next = at;
                    path = NodeReader.ReadEntry(node, ref next).Path.Bytes;
                    length = next - at;
                }

                if (items.Count > 0 && BytePath.Compare(items[^1].Path.Span, path.Span) >= 0)
                {
                    throw NodeReader.OutOfOrder(node.Id, new BytePath(path.Span));
                }

                items.Add((path, rest[..length]));
                at += length;
            }

            if (items.Count > 0)
            {
                NodeReader.CheckPlace(node.Id, items[0].Path.Span, items[^1].Path.Span, first, end);
            }
        }

        internal Digest Id => node.Id;

        /// <summary>How many bytes it takes, about.</summary>
        internal long Length => node.Bytes.Length + (64L * items.Count);

        internal bool Covers(ReadOnlySpan<byte> path) =>
            (first is not { } from || BytePath.Compare(from.Span, path) <= 0) && (end is not { } to || BytePath.Compare(path, to.Span) < 0);

        /// <summary>Finds the entry with this path as it is encoded.</summary>
        internal bool TryFind(ReadOnlySpan<byte> path, out ReadOnlyMemory<byte> item)
        {
            int low = 0, high = items.Count - 1;
            while (low <= high)
            {
                int middle = (low + high) / 2;
                int order = BytePath.Compare(items[middle].Path.Span, path);
                if (order == 0)
                {
                    item = items[middle].Item;
                    return true;
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

            item = default;
            return false;
        }

        internal StoredEntry Read(ReadOnlyMemory<byte> item)
        {
            int at = 0;
            return NodeReader.ReadEntry(new Node(node.Id, item, 0), ref at);
        }
    }
}
