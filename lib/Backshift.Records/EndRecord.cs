using System.Buffers;
using MessagePack;

namespace Backshift.Records;

/// <summary>The last record of a stream; see backshift-stream(5), "end". Its counts are those of the first stage and only inform.</summary>
public sealed record EndRecord(string Stage, long Entries, long Bytes, long Problems)
{
    /// <exception cref="BackshiftException">A value is of the wrong type.</exception>
    public static EndRecord ReadFrom(ReadOnlySequence<byte> encoded) => RecordMap.Read(encoded, "an end record", Read);

    private static EndRecord Read(ref MessagePackReader reader)
    {
        string stage = "";
        long entries = 0, bytes = 0, problems = 0;
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            if (map.Is("stage"u8)) { stage = RecordText.ReadString(ref reader, StreamLimits.Name, "stage"); }
            else if (map.Is("entries"u8)) { entries = RecordText.ReadCount(ref reader, long.MaxValue, "entries"); }
            else if (map.Is("bytes"u8)) { bytes = RecordText.ReadCount(ref reader, long.MaxValue, "bytes"); }
            else if (map.Is("problems"u8)) { problems = RecordText.ReadCount(ref reader, long.MaxValue, "problems"); }
            else { reader.Skip(); }
        }

        return new EndRecord(stage, entries, bytes, problems);
    }

    public void WriteTo(ref MessagePackWriter writer)
    {
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Utf8(ref writer, "kind"u8, "end"u8);
            map.Text(ref writer, "stage"u8, Stage);
            map.Number(ref writer, "entries"u8, Entries);
            map.Number(ref writer, "bytes"u8, Bytes);
            map.Number(ref writer, "problems"u8, Problems);
        }
    }
}
