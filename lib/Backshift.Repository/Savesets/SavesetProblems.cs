using System.Buffers;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Savesets;

/// <summary>Reads the problem records of a saveset.</summary>
public static class SavesetProblems
{
    /// <summary>The problems in the order of the stream, read as they are asked for.</summary>
    /// <exception cref="BackshiftException">Their chunks are missing or damaged.</exception>
    public static IEnumerable<ProblemRecord> Read(ChunkReader nodes, Saveset saveset)
    {
        using IEnumerator<ProblemRecord> problems = TreeReader.AllParts(nodes, saveset.ProblemList).SelectMany(part => ReadChunk(nodes, part)).GetEnumerator();
        while (MoveNext(problems, saveset))
        {
            yield return problems.Current;
        }
    }

    /// <summary>The problems in one chunk: each holds whole records.</summary>
    /// <exception cref="BackshiftException">It is missing or damaged, or holds something else.</exception>
    internal static IEnumerable<ProblemRecord> ReadChunk(ChunkReader nodes, ContentPart part)
    {
        ReadOnlyMemory<byte> rest = part.Digest is { } digest ? nodes.Read(digest).ToArray() : throw StoredEntry.Damaged("has a hole");
        if (rest.Length != part.Size)
        {
            throw StoredEntry.Damaged($"chunk {digest} is {rest.Length} bytes long, not {part.Size}");
        }

        while (!rest.IsEmpty)
        {
            int length = EncodedMap.Measure(rest);
            yield return ProblemRecord.ReadFrom(new ReadOnlySequence<byte>(rest[..length]));
            rest = rest[length..];
        }
    }

    private static bool MoveNext(IEnumerator<ProblemRecord> problems, Saveset saveset)
    {
        try
        {
            return problems.MoveNext();
        }
        catch (BackshiftException e)
        {
            throw new BackshiftException(ExitCode.DataError, $"saveset {saveset.Name}: its problem records: {e.Fault ?? e.Message}", e.Hint, e);
        }
    }
}
