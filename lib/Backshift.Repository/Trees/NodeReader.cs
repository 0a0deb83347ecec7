using Backshift.Records;
using Backshift.Repository.Chunks;
using MessagePack;

namespace Backshift.Repository.Trees;

/// <summary>Reads the head of a node and hands its items on.</summary>
internal static class NodeReader
{
    /// <summary>Reads a node into memory of its own.</summary>
    /// <returns>The node's items as encoded.</returns>
    /// <exception cref="BackshiftException">It is missing, damaged, or not the node that was expected.</exception>
    internal static ReadOnlyMemory<byte> Read(ChunkReader chunks, Digest id, string name, int level)
    {
        byte[] bytes = chunks.Read(id).ToArray();
        string? found = null;
        long foundLevel = -1;
        try
        {
            MessagePackReader reader = new(bytes);
            int count = reader.ReadMapHeader();
            for (int i = 0; i < count; i++)
            {
                switch (RecordText.ReadString(ref reader, 255, "key"))
                {
                    case "node": found = RecordText.ReadString(ref reader, 64, "node"); break;
                    case "level": foundLevel = RecordText.ReadCount(ref reader, TreeLimits.Level, "level"); break;
                    default: reader.Skip(); break;
                }
            }

            if (found == name && foundLevel == level)
            {
                return bytes.AsMemory((int)reader.Consumed);
            }
        }
        catch (Exception e) when (e is MessagePackSerializationException or EndOfStreamException)
        {
            throw Damaged(id, e);
        }

        throw new BackshiftException(ExitCode.DataError, $"node {id}: is not the {name} of level {level} that its parent says");
    }

    internal static BackshiftException Damaged(Digest id, Exception cause) => new(ExitCode.DataError, $"node {id}: is not well formed", cause: cause);
}
