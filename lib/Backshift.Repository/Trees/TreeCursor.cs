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

    /// <summary>How many leaves have been read: whoever asks in an order that has little to do with the tree's sees it grow with every path.</summary>
    public long LeavesRead { get; private set; }

    /// <summary>The entry with exactly this path, or null.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    public StoredEntry? Find(BytePath path)
    {
        Leaf leaf = LeafOf(path.Span);
        return leaf.Find(path.Span) is { IsEmpty: false } item ? ReadEntry(leaf.Id, item) : null;
    }

    /// <summary>The entry with exactly this path, or null; of a file perhaps no more than type, size, mtime, ctime, ino, flags and content, which is found in a fraction of the time.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    public StoredEntry? FindVersion(ReadOnlySpan<byte> path)
    {
        Leaf leaf = LeafOf(path);
        ReadOnlyMemory<byte> item = leaf.Find(path);
        if (item.IsEmpty)
        {
            return null;
        }

        if (!EntryGlance.TryRead(item.Span, out EntryGlance glance) || !glance.IsFile || glance.HasMore)
        {
            return ReadEntry(leaf.Id, item);
        }

        EntryRecord entry = new() { Path = default, Type = EntryType.File, Size = glance.Size, Mtime = glance.Mtime, Ctime = glance.Ctime, Ino = glance.Ino, Flags = glance.Flags };
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
        if (leaves.Count > LeavesKept)
        {
            leaves.RemoveLast();
        }

        return leaf;
    }

    private Leaf Descend(ReadOnlySpan<byte> path)
    {
        Digest node = root;
        BytePath? first = null, end = null;
        for (int at = level; at > 0; at--)
        {
            List<(BytePath First, Digest Child)> children = Inner(node, at);
            int child = 0;
            while (child + 1 < children.Count && BytePath.Compare(children[child + 1].First.Span, path) <= 0)
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

        return new Leaf(node, first, end, NodeReader.Read(nodes, node, "leaf", 0));
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

    private static StoredEntry ReadEntry(Digest node, ReadOnlyMemory<byte> item)
    {
        try
        {
            MessagePackReader reader = new(item);
            return StoredEntry.ReadFrom(ref reader);
        }
        catch (Exception e) when (e is MessagePackSerializationException or EndOfStreamException)
        {
            throw NodeReader.Damaged(node, e);
        }
    }

    private static IReadOnlyList<ContentPart> ReadParts(Digest node, ReadOnlyMemory<byte> value)
    {
        try
        {
            MessagePackReader reader = new(value);
            return StoredEntry.ReadParts(ref reader);
        }
        catch (Exception e) when (e is MessagePackSerializationException or EndOfStreamException)
        {
            throw NodeReader.Damaged(node, e);
        }
    }

    /// <summary>A leaf with its entries as they are encoded, and where each is: most are never asked for.</summary>
    private sealed class Leaf
    {
        private readonly BytePath? first;
        private readonly BytePath? end;
        private readonly List<(ReadOnlyMemory<byte> Path, ReadOnlyMemory<byte> Item)> items = [];

        internal Leaf(Digest id, BytePath? first, BytePath? end, ReadOnlyMemory<byte> encoded)
        {
            Id = id;
            this.first = first;
            this.end = end;
            while (!encoded.IsEmpty)
            {
                ReadOnlyMemory<byte> path;
                int length;
                if (EntryGlance.TryRead(encoded.Span, out EntryGlance glance))
                {
                    encoded.Span.Overlaps(glance.Path, out int offset);
                    path = encoded.Slice(offset, glance.Path.Length);
                    length = glance.Length;
                }
                else
                {
                    path = ReadEntry(id, encoded).Path.Bytes;
                    length = LengthOf(encoded);
                }

                items.Add((path, encoded[..length]));
                encoded = encoded[length..];
            }
        }

        internal Digest Id { get; }

        internal bool Covers(ReadOnlySpan<byte> path) =>
            (first is not { } from || BytePath.Compare(from.Span, path) <= 0) && (end is not { } to || BytePath.Compare(path, to.Span) < 0);

        /// <summary>The entry with this path, or nothing.</summary>
        internal ReadOnlyMemory<byte> Find(ReadOnlySpan<byte> path)
        {
            int low = 0, high = items.Count - 1;
            while (low <= high)
            {
                int middle = (low + high) / 2;
                int order = BytePath.Compare(items[middle].Path.Span, path);
                if (order == 0)
                {
                    return items[middle].Item;
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

            return default;
        }

        private static int LengthOf(ReadOnlyMemory<byte> encoded)
        {
            MessagePackReader reader = new(encoded);
            reader.Skip();
            return (int)reader.Consumed;
        }
    }
}
