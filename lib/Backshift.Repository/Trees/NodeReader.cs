using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using MessagePack;

namespace Backshift.Repository.Trees;

/// <summary>
/// Reads nodes, and refuses whatever backshift-repository(5) does not allow in them. Every reader of a tree goes through here, bs-check too, and so does a
/// writer with what it has just encoded.
/// </summary>
internal static class NodeReader
{
    /// <summary>Reads a node into memory of its own.</summary>
    /// <exception cref="BackshiftException">It is missing, damaged, or not the node that was expected.</exception>
    internal static Node Read(ChunkReader chunks, Digest id, string name, int level) => Parse(id, chunks.Read(id).ToArray(), name, level);

    /// <summary>Reads the head of a node.</summary>
    /// <param name="id">Its digest, for messages.</param>
    /// <param name="bytes">The node.</param>
    /// <param name="name">leaf, inner or list.</param>
    /// <param name="level">Its level.</param>
    /// <exception cref="BackshiftException">It is damaged, or not the node that was expected.</exception>
    internal static Node Parse(Digest id, ReadOnlyMemory<byte> bytes, string name, int level)
    {
        string? found = null;
        long foundLevel = -1;
        try
        {
            ReadOnlyMemory<byte> head = bytes[..EncodedMap.Measure(bytes)];
            MessagePackReader reader = new(head);
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                if (map.Is("node"u8)) { found = RecordText.ReadString(ref reader, 64, "node"); }
                else if (map.Is("level"u8)) { foundLevel = RecordText.ReadCount(ref reader, TreeLimits.Level, "level"); }
                else { reader.Skip(); }
            }

            if (found == name && foundLevel == level)
            {
                return new Node(id, bytes, head.Length);
            }
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            throw Damaged(id, e);
        }

        throw new BackshiftException(ExitCode.DataError, $"node {id}: is not the {name} of level {level} that its parent says");
    }

    /// <summary>The items of a list node. Those of level 0 are parts of a file, the others list nodes with the length of what lies below them.</summary>
    /// <exception cref="BackshiftException">It is damaged.</exception>
    internal static List<ContentPart> ListItems(Node node, int level)
    {
        List<ContentPart> parts = [];
        try
        {
            MessagePackReader reader = new(node.Bytes[node.Start..]);
            while (TryNextPair(node, ref reader))
            {
                ContentPart part = StoredEntry.ReadPart(ref reader);
                if (part.Digest is null && level > 0)
                {
                    throw new BackshiftException(ExitCode.DataError, $"node {node.Id}: has a hole where a list node belongs");
                }

                parts.Add(part);
            }
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            throw Damaged(node.Id, e);
        }

        return parts.Count > 0 ? parts : throw Empty(node.Id);
    }

    /// <summary>The items of an inner node: first path and digest of each child, in the order of the paths.</summary>
    /// <exception cref="BackshiftException">It is damaged.</exception>
    internal static List<(BytePath First, Digest Child)> InnerItems(Node node)
    {
        List<(BytePath First, Digest Child)> children = [];
        try
        {
            MessagePackReader reader = new(node.Bytes[node.Start..]);
            while (TryNextPair(node, ref reader))
            {
                BytePath first = new(RecordText.ReadBytes(ref reader, StreamLimits.Path, "path"));
                if (children.Count > 0 && first.CompareTo(children[^1].First) <= 0)
                {
                    throw OutOfOrder(node.Id, first);
                }

                children.Add((first, StoredEntry.ReadDigest(ref reader)));
            }
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            throw Damaged(node.Id, e);
        }

        return children.Count > 0 ? children : throw Empty(node.Id);
    }

    /// <summary>Refuses a node that is not the one of its place: every path belongs to one place of a tree, so that no node can stand in two.</summary>
    /// <param name="id">The node.</param>
    /// <param name="from">The first path in it.</param>
    /// <param name="to">The last path that was read in it.</param>
    /// <param name="first">The path that its parent says it begins with, or null for the root.</param>
    /// <param name="end">The path that comes after it, or null if it is the last.</param>
    /// <exception cref="BackshiftException">It belongs elsewhere.</exception>
    internal static void CheckPlace(Digest id, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, BytePath? first, BytePath? end)
    {
        if (first is { } expected && !from.SequenceEqual(expected.Span))
        {
            throw new BackshiftException(ExitCode.DataError, $"node {id}: begins with {Escaping.Display(from)}, not with {expected}, as its parent says");
        }

        if (end is { } limit && BytePath.Compare(to, limit.Span) >= 0)
        {
            throw OutOfOrder(id, new BytePath(to));
        }
    }

    /// <summary>The entries of a leaf, in order.</summary>
    /// <param name="node">The leaf.</param>
    /// <param name="first">The path that its parent says it begins with, or null for the root.</param>
    /// <param name="end">The path that comes after it, or null if it is the last.</param>
    /// <exception cref="BackshiftException">It is damaged, or does not belong here; what lies before that has been given.</exception>
    internal static IEnumerable<StoredEntry> LeafItems(Node node, BytePath? first, BytePath? end)
    {
        LeafSteps steps = new(node, first, end);
        while (steps.TryNext(out ReadOnlyMemory<byte> encoded))
        {
            StoredEntry entry = steps.Read(encoded);
            steps.Arrive(entry.Path.Bytes);
            yield return entry;
        }
    }

    /// <summary>Reads one entry of a leaf and moves on to the next.</summary>
    /// <exception cref="BackshiftException">It is damaged.</exception>
    internal static StoredEntry ReadEntry(Node node, ref int at)
    {
        try
        {
            ReadOnlyMemory<byte> item = node.Bytes.Slice(at, MeasureEntry(node, at));
            at += item.Length;
            return StoredEntry.ReadWhole(item);
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            throw Damaged(node.Id, e);
        }
    }

    /// <summary>Length of the entry that begins there.</summary>
    internal static int MeasureEntry(Node node, int at)
    {
        CheckStart(node, at);
        return EncodedMap.Measure(node.Bytes[at..]);
    }

    internal static BackshiftException Damaged(Digest id, Exception cause) =>
        new(ExitCode.DataError, $"node {id}: {(cause as BackshiftException)?.Fault ?? "is not well formed"}", cause: cause);

    internal static BackshiftException OutOfOrder(Digest id, BytePath path) => new(ExitCode.DataError, $"node {id}: {path} is out of order");

    /// <summary>Goes into the next item of an inner or list node; false after the last one.</summary>
    private static bool TryNextPair(Node node, scoped ref MessagePackReader reader)
    {
        if (reader.End)
        {
            return false;
        }

        CheckStart(node, node.Start + (int)reader.Consumed);
        return reader.ReadArrayHeader() == 2 ? true : throw new BackshiftException(ExitCode.DataError, $"node {node.Id}: an item is not a pair");
    }

    private static void CheckStart(Node node, int at)
    {
        if (at >= TreeLimits.LongNode)
        {
            throw new BackshiftException(ExitCode.DataError, $"node {node.Id}: continues after {TreeLimits.LongNode} bytes");
        }
    }

    internal static BackshiftException Empty(Digest id) => new(ExitCode.DataError, $"node {id}: has no items");
}
