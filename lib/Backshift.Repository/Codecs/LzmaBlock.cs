using System.Buffers.Binary;
using System.Numerics;
using SharpCompress.Compressors.LZMA;

namespace Backshift.Repository.Codecs;

/// <summary>Blocks in the format .lzma: one byte of lc, lp and pb, the dictionary's length, the content's length, the stream.</summary>
internal static class LzmaBlock
{
    private const int Properties = 5;
    private const int Header = Properties + sizeof(long);
    private const int LeastDictionary = 1 << 16;
    private const int DictionaryLimit = 64 << 20;

    // How long a match must be for the encoder to take it without a look at others; what xz(1) takes at its highest levels.
    private const int NiceLength = 64;

    /// <summary>Compresses a block, with a dictionary as long as its content.</summary>
    /// <returns>How much of the target was filled, or more than there is if it was too short.</returns>
    internal static int Compress(ReadOnlySpan<byte> content, byte[] target)
    {
        using MemoryStream stream = new(target, Header, target.Length - Header);
        try
        {
            int dictionary = (int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)Math.Max(content.Length, LeastDictionary)), DictionaryLimit);
            byte[] properties;
            using (LzmaStream lzma = LzmaStream.Create(new LzmaEncoderProperties(false, dictionary, NiceLength), false, stream))
            {
                lzma.Write(content);
                properties = lzma.Properties;
            }

            properties.AsSpan(0, Properties).CopyTo(target);
            BinaryPrimitives.WriteInt64LittleEndian(target.AsSpan(Properties), content.Length);
            return Header + (int)stream.Position;
        }
        catch (NotSupportedException)
        {
            // The target is full: the content does not become smaller.
            return int.MaxValue;
        }
    }

    /// <summary>Decompresses a block. Throws what the library throws at bytes that are none.</summary>
    /// <returns>Null, or what is wrong with it.</returns>
    internal static string? TryDecompress(ReadOnlySpan<byte> stored, Span<byte> content)
    {
        if (stored.Length < Header)
        {
            return BlockCodec.OtherLength;
        }

        // xz(1) and others that write to a pipe do not know the length, write −1, and put a mark at the end.
        if (BinaryPrimitives.ReadInt64LittleEndian(stored[Properties..]) is not -1 and long length && length != content.Length)
        {
            return BlockCodec.OtherLength;
        }

        // The decoder allocates a dictionary as large as the properties say, so the bound is checked first.
        uint dictionary = BinaryPrimitives.ReadUInt32LittleEndian(stored[1..]);
        if (dictionary > DictionaryLimit)
        {
            return $"wants a dictionary of {dictionary} bytes, more than {DictionaryLimit}";
        }

        using MemoryStream stream = new(stored[Header..].ToArray());
        using LzmaStream lzma = LzmaStream.Create(stored[..Properties].ToArray(), stream, stored.Length - Header, content.Length);
        int done = 0;
        while (done < content.Length)
        {
            int count = lzma.Read(content[done..]);
            if (count <= 0)
            {
                return BlockCodec.OtherLength;
            }

            done += count;
        }

        return null;
    }
}
