using System.Buffers;
using MessagePack;

namespace Backshift.Records;

/// <summary>A run of bytes of one file, cut by content; see backshift-stream(5), "chunk".</summary>
/// <param name="Digest">Its name, if the record has one.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Bytes">The content, or empty for a reference. Valid only until the reader moves on.</param>
public readonly record struct ChunkRecord(Digest? Digest, int Size, ReadOnlySequence<byte> Bytes)
{
    // Keys as they are encoded, up to the value that differs.
    private static ReadOnlySpan<byte> Beginning =>
        [0xa4, (byte)'k', (byte)'i', (byte)'n', (byte)'d', 0xa5, (byte)'c', (byte)'h', (byte)'u', (byte)'n', (byte)'k', 0xa4, (byte)'s', (byte)'i', (byte)'z',
            (byte)'e'];

    private static ReadOnlySpan<byte> DigestKey => [0xa6, (byte)'d', (byte)'i', (byte)'g', (byte)'e', (byte)'s', (byte)'t'];

    private static ReadOnlySpan<byte> BytesKey => [0xa5, (byte)'b', (byte)'y', (byte)'t', (byte)'e', (byte)'s'];

    /// <summary>Whether the content is not here but in the repository.</summary>
    public bool IsReference => Bytes.IsEmpty;

    /// <exception cref="BackshiftException">A key is missing, or has a value it cannot have.</exception>
    public static ChunkRecord ReadFrom(ReadOnlySequence<byte> encoded)
    {
        if (encoded.IsSingleSegment && TryReadUsual(encoded, out ChunkRecord chunk))
        {
            return chunk;
        }

        chunk = RecordMap.Read(encoded, "a chunk record", Read);
        if (chunk.Size == 0)
        {
            throw RecordFrame.Damaged("a chunk has no size");
        }

        if (!chunk.Bytes.IsEmpty && chunk.Bytes.Length != chunk.Size)
        {
            throw RecordFrame.Damaged($"a chunk says that it has {chunk.Size} bytes and has {chunk.Bytes.Length}");
        }

        if (chunk.Bytes.IsEmpty && chunk.Digest is null)
        {
            throw RecordFrame.Damaged("a chunk has neither bytes nor a digest");
        }

        return chunk;
    }

    private static ChunkRecord Read(ref MessagePackReader reader)
    {
        Digest? digest = null;
        int size = 0;
        ReadOnlySequence<byte> bytes = default;
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            if (map.Is("size"u8)) { size = (int)RecordText.ReadCount(ref reader, StreamLimits.Content, "size of a chunk"); }
            else if (map.Is("bytes"u8)) { bytes = RecordText.ReadSequence(ref reader, StreamLimits.Content, "bytes of a chunk"); }
            else if (map.Is("digest"u8)) { digest = RecordText.ReadDigest(ref reader, "digest"); }
            else { reader.Skip(); }
        }

        return new ChunkRecord(digest, size, bytes);
    }

    /// <summary>
    /// Reads a record in the form that <see cref="Write"/> produces, without a general parser: an incremental save has more of them than entries, and every
    /// stage reads them.
    /// </summary>
    /// <returns>False if it has another form, right or wrong.</returns>
    private static bool TryReadUsual(ReadOnlySequence<byte> encoded, out ChunkRecord chunk)
    {
        chunk = default;
        ReadOnlySpan<byte> span = encoded.FirstSpan;
        SpanValues values = new(span);
        if (!values.TryReadMap(out int count) || count is < 3 or > 4 || !values.TryTakeAll(Beginning) || !values.TryReadNumber(out ulong size)
            || size - 1 >= (ulong)StreamLimits.Content)
        {
            return false;
        }

        Digest? digest = null;
        ReadOnlySequence<byte> bytes = default;
        if (values.TryTakeAll(DigestKey))
        {
            if (!values.TryReadBytes(out ReadOnlySpan<byte> name) || name.Length != Records.Digest.Size)
            {
                return false;
            }

            digest = new Digest(name);
        }

        if (values.TryTakeAll(BytesKey))
        {
            if (!values.TryReadLongBytes(out int start, out int length) || (ulong)length != size)
            {
                return false;
            }

            bytes = encoded.Slice(start, length);
        }

        // A key that comes twice, or another one, is counted and not taken.
        chunk = new ChunkRecord(digest, (int)size, bytes);
        return values.Position == span.Length && count == 2 + (digest is null ? 0 : 1) + (bytes.IsEmpty ? 0 : 1);
    }

    /// <summary>Writes a chunk record; a reference if <paramref name="bytes"/> is empty.</summary>
    public static void Write(ref MessagePackWriter writer, Digest? digest, int size, ReadOnlySpan<byte> bytes)
    {
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Utf8(ref writer, "kind"u8, "chunk"u8);
            map.Number(ref writer, "size"u8, size);
            map.Digest(ref writer, "digest"u8, digest);
            if (map.Key(ref writer, "bytes"u8, !bytes.IsEmpty))
            {
                writer.Write(bytes);
            }
        }
    }
}
