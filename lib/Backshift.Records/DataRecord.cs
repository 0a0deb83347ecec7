using System.Buffers;
using MessagePack;

namespace Backshift.Records;

/// <summary>Content that is still to be cut; see backshift-stream(5), "data".</summary>
public static class DataRecord
{
    /// <summary>The content; valid only until the reader moves on.</summary>
    /// <exception cref="BackshiftException">There is none, or it is too long.</exception>
    public static ReadOnlySequence<byte> ReadFrom(ReadOnlySequence<byte> encoded) =>
        RecordMap.Read(encoded, "a data record", Read) ?? throw RecordFrame.Damaged("a data record without bytes");

    private static ReadOnlySequence<byte>? Read(ref MessagePackReader reader)
    {
        ReadOnlySequence<byte>? bytes = null;
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            if (map.Is("bytes"u8)) { bytes = RecordText.ReadSequence(ref reader, StreamLimits.Content, "bytes of a data record"); }
            else { reader.Skip(); }
        }

        return bytes;
    }

    public static void Write(ref MessagePackWriter writer, ReadOnlySpan<byte> bytes)
    {
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Utf8(ref writer, "kind"u8, "data"u8);
            map.Bytes(ref writer, "bytes"u8, bytes);
        }
    }
}
