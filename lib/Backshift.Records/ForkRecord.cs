using System.Buffers;
using Backshift.Posix;
using MessagePack;

namespace Backshift.Records;

/// <summary>A piece of a fork, a further content that a file of Windows can have (a named stream of NTFS); see backshift-stream(5), "fork".</summary>
/// <param name="Path">The path of the entry that it belongs to.</param>
/// <param name="Name">The name of the fork.</param>
/// <param name="Size">Length of the whole fork.</param>
/// <param name="Offset">Where in the fork the piece begins.</param>
/// <param name="Bytes">The piece; valid only until the reader moves on.</param>
public readonly record struct ForkRecord(BytePath Path, BytePath Name, long Size, long Offset, ReadOnlySequence<byte> Bytes)
{
    // 255 units of UTF-16 are at most three times as many bytes.
    private const int LongestName = 765;

    /// <exception cref="BackshiftException">A key is missing, or has a value it cannot have.</exception>
    public static ForkRecord ReadFrom(ReadOnlySequence<byte> encoded)
    {
        ForkRecord piece = RecordMap.Read(encoded, "a fork record", Read);
        ReadOnlySpan<byte> name = piece.Name.Span;
        if (!EntryRecord.IsKeptPath(piece.Path.Span))
        {
            throw RecordFrame.Damaged($"\"{piece.Path}\" cannot be the path of an entry");
        }

        if (name.ContainsAny((byte)0, (byte)'/', (byte)':') || name.Contains((byte)'\\'))
        {
            throw RecordFrame.Damaged($"\"{piece.Name}\" cannot be the name of a fork");
        }

        return piece.Bytes.Length <= piece.Size - piece.Offset && (piece.Bytes.Length > 0 || piece.Size == 0)
            ? piece
            : throw RecordFrame.Damaged($"{piece.Path}: a piece of {piece.Bytes.Length} bytes at {piece.Offset} of a fork of {piece.Size}");
    }

    private static ForkRecord Read(ref MessagePackReader reader)
    {
        byte[]? path = null, name = null;
        long? size = null, offset = null;
        ReadOnlySequence<byte>? bytes = null;
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            if (map.Is("path"u8)) { path = RecordText.ReadBytes(ref reader, StreamLimits.Path, "path"); }
            else if (map.Is("name"u8)) { name = RecordText.ReadBytes(ref reader, LongestName, "name of a fork"); }
            else if (map.Is("size"u8)) { size = RecordText.ReadCount(ref reader, long.MaxValue, "size"); }
            else if (map.Is("offset"u8)) { offset = RecordText.ReadCount(ref reader, long.MaxValue, "offset"); }
            else if (map.Is("bytes"u8)) { bytes = RecordText.ReadSequence(ref reader, StreamLimits.Content, "bytes of a fork"); }
            else { reader.Skip(); }
        }

        return path is null || name is null or [] || size is null || offset is null || bytes is null
            ? throw RecordFrame.Damaged("a fork without path, name, size, offset or bytes")
            : new ForkRecord(new BytePath(path), new BytePath(name), size.Value, offset.Value, bytes.Value);
    }

    public void WriteTo(ref MessagePackWriter writer)
    {
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Utf8(ref writer, "kind"u8, "fork"u8);
            map.Bytes(ref writer, "path"u8, Path.Span);
            map.Bytes(ref writer, "name"u8, Name.Span);
            map.Number(ref writer, "size"u8, Size);
            map.Number(ref writer, "offset"u8, Offset);
            if (map.Key(ref writer, "bytes"u8))
            {
                writer.Write(Bytes);
            }
        }
    }
}
