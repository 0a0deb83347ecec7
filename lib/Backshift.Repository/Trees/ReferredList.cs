using Backshift.Records;
using Backshift.Repository.Chunks;

namespace Backshift.Repository.Trees;

/// <summary>
/// A list of the repository that a stream refers to in place of its chunks. It is walked before anything relies on it: whatever is missing or malformed is
/// found here.
/// </summary>
public sealed class ReferredList
{
    private readonly ChunkReader nodes;
    private readonly Func<Digest, bool> holdsNode;
    private readonly Func<Digest, int, bool> holdsChunk;
    private bool afterHole;

    /// <param name="nodes">Reads list nodes.</param>
    /// <param name="holdsNode">Whether a node counts as stored.</param>
    /// <param name="holdsChunk">Whether a chunk of a file, of this length, counts as stored.</param>
    internal ReferredList(ChunkReader nodes, Func<Digest, bool> holdsNode, Func<Digest, int, bool> holdsChunk)
    {
        this.nodes = nodes;
        this.holdsNode = holdsNode;
        this.holdsChunk = holdsChunk;
    }

    /// <summary>Why a list cannot be relied on, in words that follow "refers to"; null if all of it is stored.</summary>
    /// <param name="chunks">Where it must be stored. Chunks that are only in condemned packs are stored again.</param>
    /// <param name="list">The list.</param>
    /// <exception cref="Objects.StoreException">The repository cannot be written.</exception>
    public static string? FaultOf(ChunkStore chunks, in ListRecord list) => new ReferredList(chunks.Earlier, chunks.HoldNode, chunks.Hold).Fault(list);

    /// <summary>The words for a chunk that the repository does not hold, which follow "refers to".</summary>
    public static string MissingChunk(Digest digest, long size) => $"chunk {digest} of {size} bytes, which the repository does not hold";

    /// <inheritdoc cref="FaultOf"/>
    internal string? Fault(in ListRecord list)
    {
        afterHole = false;
        try
        {
            return FaultBelow(list.Id, list.Level, list.Size);
        }
        catch (BackshiftException e) when (e.Code == ExitCode.DataError)
        {
            return $"list {list.Id} of {list.Size} bytes, which cannot be read: {e.Message}";
        }
    }

    private string? FaultBelow(Digest id, int level, long size)
    {
        if (!holdsNode(id))
        {
            return $"list node {id}, which the repository does not hold";
        }

        long rest = size;
        foreach (ContentPart part in TreeReader.ListItems(nodes, id, level))
        {
            if (part.Size > rest || (afterHole && level == 0 && part.Digest is null))
            {
                return $"list node {id}, which does not fit the file";
            }

            rest -= part.Size;
            if (level > 0)
            {
                if (FaultBelow(part.Digest!.Value, level - 1, part.Size) is { } fault)
                {
                    return fault;
                }

                continue;
            }

            afterHole = part.Digest is null;
            if (part.Digest is { } digest && (part.Size > StreamLimits.Content || !holdsChunk(digest, (int)part.Size)))
            {
                return MissingChunk(digest, part.Size);
            }
        }

        return rest == 0 ? null : $"list node {id}, which does not fit the file";
    }
}
