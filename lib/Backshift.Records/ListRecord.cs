using System.Buffers;
using MessagePack;

namespace Backshift.Records;

/// <summary>A reference to all content below a node of a list in a repository; see backshift-stream(5), "list".</summary>
/// <param name="Id">Digest of the list node.</param>
/// <param name="Level">Its level, at most <see cref="StreamLimits.Level"/>.</param>
/// <param name="Size">Length of the content in bytes, at least 1.</param>
public readonly record struct ListRecord(Digest Id, int Level, long Size)
{
    /// <exception cref="BackshiftException">A key is missing, or has a value that it cannot have.</exception>
    public static ListRecord ReadFrom(ReadOnlySequence<byte> encoded) => RecordMap.Read(encoded, "a list record", Read);

    private static ListRecord Read(ref MessagePackReader reader)
    {
        Digest? id = null;
        long? level = null;
        long size = 0;
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            if (map.Is("id"u8)) { id = RecordText.ReadDigest(ref reader, "list node"); }
            else if (map.Is("level"u8)) { level = RecordText.ReadCount(ref reader, StreamLimits.Level, "level"); }
            else if (map.Is("size"u8)) { size = RecordText.ReadCount(ref reader, long.MaxValue, "size of a list"); }
            else { reader.Skip(); }
        }

        return id is null || level is null || size == 0
            ? throw RecordFrame.Damaged("a list without id, level or size")
            : new ListRecord(id.Value, (int)level.Value, size);
    }

    public void WriteTo(ref MessagePackWriter writer)
    {
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Utf8(ref writer, "kind"u8, "list"u8);
            map.Digest(ref writer, "id"u8, Id);
            map.Number(ref writer, "level"u8, (long)Level);
            map.Number(ref writer, "size"u8, Size);
        }
    }
}
