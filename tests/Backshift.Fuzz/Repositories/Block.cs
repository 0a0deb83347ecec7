using Backshift.Fuzz.Streams;

namespace Backshift.Fuzz.Repositories;

/// <summary>A block of a pack to be made, true or false.</summary>
internal sealed class Block
{
    internal required byte[] Stored { get; set; }

    internal required List<(byte[] Digest, int Length)> Chunks { get; init; }

    internal byte Codec { get; set; }

    internal byte Depth { get; set; }

    internal List<byte[]> Prefixes { get; init; } = [];

    /// <summary>What the directory says of the length of the content, if it is not what the chunks add up to.</summary>
    internal uint? ContentLength { get; set; }

    /// <summary>What the directory says of the CRC, if it is not the right one.</summary>
    internal uint? Crc { get; set; }

    /// <summary>Chunks as they are, or in a frame.</summary>
    internal static Block Of(bool framed, params IEnumerable<byte[]> chunks)
    {
        byte[][] all = [.. chunks];
        byte[] content = [.. all.SelectMany(static chunk => chunk)];
        return new Block
        {
            Stored = framed ? ZstdFrame.Raw(content) : content,
            Codec = framed ? (byte)1 : (byte)0,
            Chunks = [.. all.Select(static chunk => (ChunkBook.Digest(chunk), chunk.Length))],
        };
    }

    /// <summary>A chunk whose block names prefixes, and needs none of their bytes.</summary>
    internal static Block Delta(byte[] chunk, byte depth, params IEnumerable<byte[]> prefixes) => new()
    {
        Stored = ZstdFrame.Raw(chunk),
        Codec = 3,
        Depth = depth,
        Prefixes = [.. prefixes],
        Chunks = [(ChunkBook.Digest(chunk), chunk.Length)],
    };
}
