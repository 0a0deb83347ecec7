using System.Buffers;
using MessagePack;

namespace Backshift.Records;

/// <summary>A run of zeros that takes no space in the file; see backshift-stream(5), "hole".</summary>
public static class HoleRecord
{
    /// <summary>Its length in bytes, at least 1.</summary>
    /// <exception cref="BackshiftException">It has none.</exception>
    public static long ReadFrom(ReadOnlySequence<byte> encoded)
    {
        long size = 0;
        RecordMap.Read(encoded, "hole", ref size, static (scoped ReadOnlySpan<byte> key, ref MessagePackReader reader, ref long into) =>
        {
            if (!key.SequenceEqual("size"u8))
            {
                return false;
            }

            into = RecordText.ReadCount(ref reader, long.MaxValue, "size of a hole");
            return true;
        });
        return size > 0 ? size : throw RecordFrame.Damaged("a hole has no size");
    }

    public static void Write(ref MessagePackWriter writer, long size)
    {
        writer.WriteMapHeader(2);
        writer.WriteString("kind"u8);
        writer.WriteString("hole"u8);
        writer.WriteString("size"u8);
        writer.Write(size);
    }
}
