namespace Backshift.Fuzz.Repositories;

/// <summary>Frames of RFC 8878 that hold their content as it is, or as one byte that is repeated.</summary>
internal static class ZstdFrame
{
    private const int BlockLimit = 128 << 10;

    internal static byte[] Raw(ReadOnlySpan<byte> content)
    {
        using MemoryStream frame = Begin((uint)content.Length);
        do
        {
            ReadOnlySpan<byte> piece = content[..Math.Min(BlockLimit, content.Length)];
            content = content[piece.Length..];
            Head(frame, content.IsEmpty, 0, piece.Length);
            frame.Write(piece);
        }
        while (!content.IsEmpty);

        return frame.ToArray();
    }

    /// <summary>A byte so many times: some bytes of frame for any amount of content.</summary>
    internal static byte[] Repeat(byte value, long count, uint claimed)
    {
        using MemoryStream frame = Begin(claimed);
        while (count > 0)
        {
            int piece = (int)Math.Min(BlockLimit, count);
            count -= piece;
            Head(frame, count == 0, 1, piece);
            frame.WriteByte(value);
        }

        return frame.ToArray();
    }

    private static MemoryStream Begin(uint length)
    {
        MemoryStream frame = new();

        // One segment, the length in four bytes, no checksum, no dictionary.
        frame.Write([0x28, 0xb5, 0x2f, 0xfd, 0xa0]);
        frame.Write(Objects.U32(length));
        return frame;
    }

    private static void Head(MemoryStream frame, bool last, int type, int size)
    {
        int head = (last ? 1 : 0) | (type << 1) | (size << 3);
        frame.Write([(byte)head, (byte)(head >> 8), (byte)(head >> 16)]);
    }
}
