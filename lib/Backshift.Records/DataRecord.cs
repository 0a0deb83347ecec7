using System.Buffers;
using MessagePack;

namespace Backshift.Records;

/// <summary>Content that is still to be cut; see backshift-stream(5), "data".</summary>
public static class DataRecord
{
    /// <summary>The content; valid only until the reader moves on.</summary>
    /// <exception cref="BackshiftException">There is none, or it is too long.</exception>
    public static ReadOnlySequence<byte> ReadFrom(ReadOnlySequence<byte> encoded)
    {
        ReadOnlySequence<byte>? bytes = null;
        RecordMap.Read(encoded, "data", ref bytes, static (scoped ReadOnlySpan<byte> key, ref MessagePackReader reader, ref ReadOnlySequence<byte>? into) =>
        {
            if (!key.SequenceEqual("bytes"u8))
            {
                return false;
            }

            into = RecordText.ReadSequence(ref reader, StreamLimits.Content, "bytes of a data record");
            return true;
        });
        return bytes ?? throw RecordFrame.Damaged("a data record without bytes");
    }

    public static void Write(ref MessagePackWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.WriteMapHeader(2);
        writer.WriteString("kind"u8);
        writer.WriteString("data"u8);
        writer.WriteString("bytes"u8);
        writer.Write(bytes);
    }
}
