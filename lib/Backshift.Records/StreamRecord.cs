using System.Buffers;
using Backshift.Posix;
using MessagePack;

namespace Backshift.Records;

/// <summary>A piece of a named stream, a further content that a file of Windows can have; see backshift-stream(5), "stream".</summary>
/// <param name="Path">The path of the entry that it belongs to.</param>
/// <param name="Name">The stream's name.</param>
/// <param name="Size">Length of the whole stream.</param>
/// <param name="Offset">Where in the stream the piece begins.</param>
/// <param name="Bytes">The piece; valid only until the reader moves on.</param>
public readonly record struct StreamRecord(BytePath Path, BytePath Name, long Size, long Offset, ReadOnlySequence<byte> Bytes)
{
    // 255 units of UTF-16 are at most three times as many bytes.
    private const int LongestName = 765;

    /// <exception cref="BackshiftException">A key is missing, or has a value it cannot have.</exception>
    public static StreamRecord ReadFrom(ReadOnlySequence<byte> encoded)
    {
        Pieces read = default;
        RecordMap.Read(encoded, "stream", ref read, static (scoped ReadOnlySpan<byte> key, ref MessagePackReader reader, ref Pieces into) =>
        {
            switch (key)
            {
                case var _ when key.SequenceEqual("path"u8): into.Path = RecordText.ReadBytes(ref reader, StreamLimits.Path, "path"); return true;
                case var _ when key.SequenceEqual("name"u8): into.Name = RecordText.ReadBytes(ref reader, LongestName, "name of a stream"); return true;
                case var _ when key.SequenceEqual("size"u8): into.Size = RecordText.ReadCount(ref reader, long.MaxValue, "size"); return true;
                case var _ when key.SequenceEqual("offset"u8): into.Offset = RecordText.ReadCount(ref reader, long.MaxValue, "offset"); return true;
                case var _ when key.SequenceEqual("bytes"u8): into.Bytes = RecordText.ReadSequence(ref reader, StreamLimits.Content, "bytes of a stream"); return true;
                default: return false;
            }
        });
        if (read is not { Path: { } path, Name: { Length: > 0 } name, Size: { } size, Offset: { } offset, Bytes: { } bytes })
        {
            throw RecordFrame.Damaged("a stream without path, name, size, offset or bytes");
        }

        if (!EntryRecord.IsKeptPath(path))
        {
            throw RecordFrame.Damaged($"\"{Escaping.Display(path)}\" cannot be the path of an entry");
        }

        if (name.AsSpan().ContainsAny((byte)0, (byte)'/', (byte)':') || name.AsSpan().Contains((byte)'\\'))
        {
            throw RecordFrame.Damaged($"\"{Escaping.Display(name)}\" cannot be the name of a stream");
        }

        return bytes.Length <= size - offset && (bytes.Length > 0 || size == 0)
            ? new StreamRecord(new BytePath(path), new BytePath(name), size, offset, bytes)
            : throw RecordFrame.Damaged($"{Escaping.Display(path)}: a piece of {bytes.Length} bytes at {offset} of a stream of {size}");
    }

    public void WriteTo(ref MessagePackWriter writer)
    {
        writer.WriteMapHeader(6);
        writer.WriteString("kind"u8);
        writer.WriteString("stream"u8);
        writer.WriteString("path"u8);
        writer.Write(Path.Span);
        writer.WriteString("name"u8);
        writer.Write(Name.Span);
        writer.WriteString("size"u8);
        writer.Write(Size);
        writer.WriteString("offset"u8);
        writer.Write(Offset);
        writer.WriteString("bytes"u8);
        writer.Write(Bytes);
    }

    private struct Pieces
    {
        internal byte[]? Path;
        internal byte[]? Name;
        internal long? Size;
        internal long? Offset;
        internal ReadOnlySequence<byte>? Bytes;
    }
}
