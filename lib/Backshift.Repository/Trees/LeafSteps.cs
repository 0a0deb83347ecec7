using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Repository.Trees;

/// <summary>Goes through the entries of a leaf in order, and refuses a leaf that does not belong where its parent has it.</summary>
internal struct LeafSteps
{
    private readonly Node node;
    private readonly BytePath? first;
    private readonly BytePath? end;
    private int at;
    private ReadOnlyMemory<byte> previous;

    /// <param name="node">The leaf.</param>
    /// <param name="first">The path that its parent says it begins with, or null for the root.</param>
    /// <param name="end">The path that comes after it, or null if it is the last.</param>
    /// <exception cref="BackshiftException">It has no entries.</exception>
    internal LeafSteps(Node node, BytePath? first, BytePath? end)
    {
        this.node = node;
        this.first = first;
        this.end = end;
        at = node.Start;
        if (at == node.Bytes.Length)
        {
            throw NodeReader.Empty(node.Id);
        }
    }

    /// <summary>The bytes of the next entry; each must be followed by <see cref="Arrive"/>.</summary>
    /// <returns>False after the last one.</returns>
    /// <exception cref="BackshiftException">They are not one.</exception>
    internal bool TryNext(out ReadOnlyMemory<byte> encoded)
    {
        encoded = default;
        if (at >= node.Bytes.Length)
        {
            return false;
        }

        try
        {
            encoded = node.Bytes.Slice(at, NodeReader.MeasureEntry(node, at));
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            throw NodeReader.Damaged(node.Id, e);
        }

        at += encoded.Length;
        return true;
    }

    /// <summary>Reads the entry that was given last.</summary>
    /// <exception cref="BackshiftException">It is damaged.</exception>
    internal readonly StoredEntry Read(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            return StoredEntry.ReadWhole(encoded);
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            throw NodeReader.Damaged(node.Id, e);
        }
    }

    /// <summary>Notes the path of the entry that was given last.</summary>
    /// <param name="path">Must not change before the next one.</param>
    /// <exception cref="BackshiftException">It is out of order, or belongs into another leaf.</exception>
    internal void Arrive(ReadOnlyMemory<byte> path)
    {
        NodeReader.CheckPlace(node.Id, path.Span, path.Span, previous.IsEmpty ? first : null, end);
        if (!previous.IsEmpty && BytePath.Compare(path.Span, previous.Span) <= 0)
        {
            throw NodeReader.OutOfOrder(node.Id, new BytePath(path.Span));
        }

        previous = path;
    }
}
