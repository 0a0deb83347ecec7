using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using MessagePack;

namespace Backshift.Repository.Trees;

/// <summary>Reads an entry tree. Memory is one node a level.</summary>
public sealed class TreeReader
{
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
    public IEnumerable<StoredEntry> Read(BytePath under) => Read(root, level, under);

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

    /// <summary>The pieces of a file, in order.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    public static IEnumerable<ContentPart> Parts(ChunkReader nodes, StoredEntry entry) =>
        entry.List is { } list ? ListParts(nodes, list.Id, list.Level) : entry.Parts;

    internal static IEnumerable<ContentPart> ListParts(ChunkReader nodes, Digest id, int level)
    {
        foreach (ContentPart part in ListItems(nodes, id, level))
        {
            if (level == 0)
            {
                yield return part;
                continue;
            }

            foreach (ContentPart inner in ListParts(nodes, part.Digest ?? throw Misshapen(id), level - 1))
            {
                yield return inner;
            }
        }
    }

    /// <summary>The items of one list node.</summary>
    internal static List<ContentPart> ListItems(ChunkReader nodes, Digest id, int level)
    {
        List<ContentPart> parts = [];
        try
        {
            MessagePackReader reader = new(NodeReader.Read(nodes, id, "list", level));
            while (!reader.End)
            {
                parts.Add(reader.ReadArrayHeader() == 2 ? StoredEntry.ReadPart(ref reader) : throw Misshapen(id));
            }
        }
        catch (Exception e) when (e is MessagePackSerializationException or EndOfStreamException)
        {
            throw NodeReader.Damaged(id, e);
        }

        return parts;
    }

    /// <summary>The items of one inner node: first path and digest of each child.</summary>
    internal static List<(BytePath First, Digest Child)> InnerItems(ChunkReader nodes, Digest id, int level)
    {
        List<(BytePath First, Digest Child)> children = [];
        try
        {
            MessagePackReader reader = new(NodeReader.Read(nodes, id, "inner", level));
            while (!reader.End)
            {
                if (reader.ReadArrayHeader() != 2)
                {
                    throw Misshapen(id);
                }

                BytePath first = new(RecordText.ReadBytes(ref reader, StreamLimits.Path, "path"));
                children.Add((first, StoredEntry.ReadDigest(ref reader)));
            }
        }
        catch (Exception e) when (e is MessagePackSerializationException or EndOfStreamException)
        {
            throw NodeReader.Damaged(id, e);
        }

        return children;
    }

    /// <summary>The entries of one leaf.</summary>
    internal static IEnumerable<StoredEntry> LeafItems(ChunkReader nodes, Digest id)
    {
        ReadOnlyMemory<byte> rest = NodeReader.Read(nodes, id, "leaf", 0);
        while (!rest.IsEmpty)
        {
            yield return ReadEntry(id, ref rest);
        }
    }

    private IEnumerable<StoredEntry> Read(Digest node, int at, BytePath under)
    {
        if (at == 0)
        {
            foreach (StoredEntry entry in LeafItems(chunks, node))
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

        List<(BytePath First, Digest Child)> children = InnerItems(chunks, node, at);
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

            foreach (StoredEntry entry in Read(children[i].Child, at - 1, under))
            {
                yield return entry;
            }
        }
    }

    private static StoredEntry ReadEntry(Digest node, ref ReadOnlyMemory<byte> rest)
    {
        try
        {
            MessagePackReader reader = new(rest);
            StoredEntry entry = StoredEntry.ReadFrom(ref reader);
            rest = rest[(int)reader.Consumed..];
            return entry;
        }
        catch (Exception e) when (e is MessagePackSerializationException or EndOfStreamException)
        {
            throw NodeReader.Damaged(node, e);
        }
    }

    private static BackshiftException Misshapen(Digest node) => new(ExitCode.DataError, $"node {node}: an item is not a pair");
}
