using System.Buffers;
using MessagePack;

namespace Backshift.Records;

/// <summary>The last record of a stream; see backshift-stream(5), "end". Its counts are those of the first stage and only inform.</summary>
public sealed record EndRecord(string Stage, long Entries, long Bytes, long Problems)
{
    /// <exception cref="BackshiftException">A value is of the wrong type.</exception>
    public static EndRecord ReadFrom(ReadOnlySequence<byte> encoded)
    {
        EndRecord end = new("", 0, 0, 0);
        RecordMap.Read(encoded, "end", ref end, static (scoped ReadOnlySpan<byte> key, ref MessagePackReader reader, ref EndRecord into) =>
        {
            switch (key)
            {
                case var _ when key.SequenceEqual("stage"u8): into = into with { Stage = RecordText.ReadString(ref reader, 255, "stage") }; return true;
                case var _ when key.SequenceEqual("entries"u8): into = into with { Entries = RecordText.ReadCount(ref reader, long.MaxValue, "entries") }; return true;
                case var _ when key.SequenceEqual("bytes"u8): into = into with { Bytes = RecordText.ReadCount(ref reader, long.MaxValue, "bytes") }; return true;
                case var _ when key.SequenceEqual("problems"u8): into = into with { Problems = RecordText.ReadCount(ref reader, long.MaxValue, "problems") }; return true;
                default: return false;
            }
        });
        return end;
    }

    public void WriteTo(ref MessagePackWriter writer)
    {
        writer.WriteMapHeader(5);
        writer.WriteString("kind"u8);
        writer.WriteString("end"u8);
        writer.WriteString("stage"u8);
        writer.Write(Stage);
        writer.WriteString("entries"u8);
        writer.Write(Entries);
        writer.WriteString("bytes"u8);
        writer.Write(Bytes);
        writer.WriteString("problems"u8);
        writer.Write(Problems);
    }
}
