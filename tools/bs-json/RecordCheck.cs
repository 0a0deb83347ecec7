using System.Buffers;
using Backshift.Records;
using MessagePack;

namespace Backshift.Tools.Json;

/// <summary>Reads a record as a reader does that uses all of it: what backshift-stream(5) has such a reader refuse is refused here too.</summary>
internal static class RecordCheck
{
    /// <exception cref="BackshiftException">The record is none of its kind.</exception>
    internal static void Check(RecordKind kind, ReadOnlySequence<byte> encoded)
    {
        switch (kind)
        {
            case RecordKind.Begin: _ = BeginRecord.ReadFrom(encoded); break;
            case RecordKind.Entry: _ = EntryRecord.ReadFrom(encoded); break;
            case RecordKind.Data: _ = DataRecord.ReadFrom(encoded); break;
            case RecordKind.Chunk: _ = ChunkRecord.ReadFrom(encoded); break;
            case RecordKind.List: _ = ListRecord.ReadFrom(encoded); break;
            case RecordKind.Hole: _ = HoleRecord.ReadFrom(encoded); break;
            case RecordKind.Fork: _ = ForkRecord.ReadFrom(encoded); break;
            case RecordKind.Problem: _ = ProblemRecord.ReadFrom(encoded); break;
            case RecordKind.End: _ = EndRecord.ReadFrom(encoded); break;
            default: CheckKeys(encoded); break;
        }
    }

    private static void CheckKeys(ReadOnlySequence<byte> encoded)
    {
        MessagePackReader reader = new(encoded);
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            reader.Skip();
        }
    }
}
