using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;

namespace Backshift.Repository.Trees;

/// <summary>Reads an entry tree. Memory is one node a level.</summary>
public sealed class TreeReader
{
    // Of the order of the nodes in a block.
    private const int NodesAhead = 16;

    private readonly ChunkReader chunks;
    private readonly Digest root;
    private readonly int level;

    /// <param name="chunks">Reads the nodes; not closed with the tree.</param>
    /// <param name="root">Digest of the root.</param>
    /// <param name="level">Level of the root.</param>
    public TreeReader(ChunkReader chunks, Digest root, int level)
    {
        this.chunks = chunks;
        this.root = root;
        this.level = level;
    }

    /// <summary>The entries at and below a path, in order, read as they are asked for; all of them for the empty path.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    public IEnumerable<StoredEntry> Read(BytePath under) => Read(root, level, null, null, under);

    /// <summary>The entry with exactly this path, or null.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    public StoredEntry? Find(BytePath path)
    {
        foreach (StoredEntry entry in Read(path))
        {
            return entry.Path == path ? entry : null;
        }

        return null;
    }

    /// <summary>The pieces of a file, in order. Their lengths add up to its size when the last has been given.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged, or the pieces do not fit the size of the file.</exception>
    public static IEnumerable<ContentPart> Parts(ChunkReader nodes, StoredEntry entry)
    {
        // What the size means is not known if the type is not known.
        bool hasSize = entry.Entry.Type != EntryType.Unknown;
        long size = !hasSize ? long.MaxValue : entry.Entry.Type == EntryType.File ? entry.Entry.Size ?? 0 : 0, sum = 0;
        using IEnumerator<ContentPart> parts = Joined(AllParts(nodes, entry)).GetEnumerator();
        while (MoveNext(parts, entry.Path))
        {
            ContentPart part = parts.Current;
            sum = part.Size <= size - sum ? sum + part.Size : throw OtherSize("more", size);
            yield return part;
        }

        if (hasSize && sum != size)
        {
            throw OtherSize($"{sum}", size);
        }

        BackshiftException OtherSize(string length, long size) =>
            Named(entry.Path, new BackshiftException(ExitCode.DataError, $"has {length} bytes of content; its entry says {size}"));
    }

    private static bool MoveNext(IEnumerator<ContentPart> parts, BytePath path)
    {
        try
        {
            return parts.MoveNext();
        }
        catch (BackshiftException e)
        {
            throw Named(path, e);
        }
    }

    private static BackshiftException Named(BytePath path, BackshiftException e) =>
        path.IsEmpty ? e : new BackshiftException(e.Code, $"{path}: {e.Message}", e.Hint, e);

    /// <summary>The pieces below a list node that a stream refers to.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged, or the pieces do not fit the length.</exception>
    public static IEnumerable<ContentPart> Parts(ChunkReader nodes, ListRecord list) =>
        Parts(nodes, new StoredEntry(new EntryRecord { Path = default, Type = EntryType.File, Size = list.Size })
    {
        List = new ListReference(list.Id, list.Level),
    });

    /// <summary>The pieces of something that is kept as a file is, and has no size.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    internal static IEnumerable<ContentPart> AllParts(ChunkReader nodes, StoredEntry entry) =>
        entry.List is { } list ? ListParts(nodes, list.Id, list.Level) : entry.Parts;

    private static IEnumerable<ContentPart> ListParts(ChunkReader nodes, Digest id, int level)
    {
        foreach (ContentPart part in ListItems(nodes, id, level))
        {
            if (level == 0)
            {
                yield return part;
                continue;
            }

            long sum = 0;
            foreach (ContentPart inner in ListParts(nodes, part.Digest!.Value, level - 1))
            {
                sum = inner.Size <= part.Size - sum ? sum + inner.Size : throw OtherLength(id);
                yield return inner;
            }

            if (sum != part.Size)
            {
                throw OtherLength(id);
            }
        }

        static BackshiftException OtherLength(Digest id) => new(ExitCode.DataError, $"list node {id}: does not match its children");
    }

    /// <summary>Refuses holes that touch: otherwise a list could have any number of them, and reading it would never end.</summary>
    private static IEnumerable<ContentPart> Joined(IEnumerable<ContentPart> parts)
    {
        bool isHole = false;
        foreach (ContentPart part in parts)
        {
            if (isHole && part.Digest is null)
            {
                throw StoredEntry.Damaged("has two holes that touch");
            }

            isHole = part.Digest is null;
            yield return part;
        }
    }

    /// <summary>The items of one list node.</summary>
    internal static List<ContentPart> ListItems(ChunkReader nodes, Digest id, int level) =>
        NodeReader.ListItems(NodeReader.Read(nodes, id, "list", level), level);

    /// <summary>The items of one inner node: first path and digest of each child.</summary>
    internal static List<(BytePath First, Digest Child)> InnerItems(ChunkReader nodes, Digest id, int level, BytePath? first, BytePath? end)
    {
        List<(BytePath First, Digest Child)> children = NodeReader.InnerItems(NodeReader.Read(nodes, id, "inner", level));
        NodeReader.CheckPlace(id, children[0].First.Span, children[^1].First.Span, first, end);
        return children;
    }

    /// <summary>The entries of one leaf.</summary>
    internal static IEnumerable<StoredEntry> LeafItems(ChunkReader nodes, Digest id, BytePath? first, BytePath? end) =>
        NodeReader.LeafItems(NodeReader.Read(nodes, id, "leaf", 0), first, end);

    private IEnumerable<StoredEntry> Read(Digest node, int at, BytePath? first, BytePath? end, BytePath under)
    {
        if (at == 0)
        {
            foreach (StoredEntry entry in LeafItems(chunks, node, first, end))
            {
                if (BytePath.IsWithin(entry.Path.Span, under.Span))
                {
                    yield return entry;
                }
                else if (entry.Path.CompareTo(under) > 0)
                {
                    yield break;
                }
            }

            yield break;
        }

        List<(BytePath First, Digest Child)> children = InnerItems(chunks, node, at, first, end);
        for (int i = 0; i < children.Count; i++)
        {
            // A child reaches up to the first path of the next one.
            if (!under.IsEmpty && i + 1 < children.Count && children[i + 1].First.CompareTo(under) <= 0)
            {
                continue;
            }

            if (!under.IsEmpty && children[i].First.CompareTo(under) > 0 && !BytePath.IsWithin(children[i].First.Span, under.Span))
            {
                yield break;
            }

            BytePath? next = i + 1 < children.Count ? children[i + 1].First : end;
            Announce(children, i, under);
            foreach (StoredEntry entry in Read(children[i].Child, at - 1, children[i].First, next, under))
            {
                yield return entry;
            }
        }
    }

    /// <summary>Has the last be asked for of the nodes that are read soon after this one: where that takes long, it is here by then.</summary>
    private void Announce(List<(BytePath First, Digest Child)> children, int current, BytePath under)
    {
        for (int i = Math.Min(current + NodesAhead, children.Count - 1); i > current; i--)
        {
            if (under.IsEmpty || BytePath.IsWithin(children[i].First.Span, under.Span))
            {
                try
                {
                    chunks.Prefetch(children[i].Child);
                }
                catch (BackshiftException)
                {
                    // It is said when the node is read: all entries before it have been handed out by then.
                }

                break;
            }
        }
    }
}
