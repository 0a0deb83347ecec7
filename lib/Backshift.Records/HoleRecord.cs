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
        long size = RecordMap.Read(encoded, "a hole record", Read);
        return size > 0 ? size : throw RecordFrame.Damaged("a hole has no size");
    }

    private static long Read(ref MessagePackReader reader)
    {
        long size = 0;
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            if (map.Is("size"u8)) { size = RecordText.ReadCount(ref reader, long.MaxValue, "size of a hole"); }
            else { reader.Skip(); }
        }

        return size;
    }

    public static void Write(ref MessagePackWriter writer, long size)
    {
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Utf8(ref writer, "kind"u8, "hole"u8);
            map.Number(ref writer, "size"u8, size);
        }
    }
}
