using System.Buffers;
using Backshift.Records;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;
using MessagePack;

namespace Backshift.Repository.Reading;

/// <summary>Reads the problem records of a saveset.</summary>
public static class SavesetProblems
{
    /// <summary>The problems in the order of the stream, read as they are asked for.</summary>
    /// <exception cref="BackshiftException">Their chunks are missing or damaged.</exception>
    public static IEnumerable<ProblemRecord> Read(RepositoryReader reader, Saveset saveset)
    {
        // A record may lie across the end of a chunk; what is left of one goes before the next.
        byte[] rest = [];
        foreach (ContentPart part in reader.Parts(saveset.ProblemList))
        {
            if (part.Digest is not { } digest)
            {
                throw Damaged(saveset, null);
            }

            rest = [.. rest, .. reader.Nodes.Read(digest).Span];
            int done = 0;
            while (Measure(saveset, rest.AsMemory(done)) is > 0 and var length)
            {
                yield return ProblemRecord.ReadFrom(new ReadOnlySequence<byte>(rest.AsMemory(done, length)));
                done += length;
            }

            rest = rest[done..];
            if (rest.Length > StreamLimits.Record)
            {
                throw Damaged(saveset, null);
            }
        }

        if (rest.Length > 0)
        {
            throw Damaged(saveset, null);
        }
    }

    /// <summary>Length of the first record; 0 if it is not there in full.</summary>
    private static int Measure(Saveset saveset, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            MessagePackReader reader = new(bytes);
            reader.Skip();
            return (int)reader.Consumed;
        }
        catch (EndOfStreamException)
        {
            return 0;
        }
        catch (MessagePackSerializationException e)
        {
            throw Damaged(saveset, e);
        }
    }

    private static BackshiftException Damaged(Saveset saveset, Exception? cause) =>
        new(ExitCode.DataError, $"saveset {saveset.Name}: its problems are not well formed", cause: cause);
}
