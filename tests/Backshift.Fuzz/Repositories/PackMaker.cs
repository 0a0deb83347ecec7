using System.Security.Cryptography;

namespace Backshift.Fuzz.Repositories;

/// <summary>Makes a pack of blocks; what the blocks say of themselves is written as it is, with right checksums.</summary>
internal static class PackMaker
{
    internal static byte[] Make(byte[] name, bool nodes, IReadOnlyList<Block> blocks)
    {
        byte[] header = Objects.Header('P', name, nodes ? (byte)1 : (byte)0);
        using MemoryStream pack = new();
        pack.Write(header);
        using MemoryStream directory = new();
        directory.Write([
            .. Objects.U32((uint)blocks.Count), .. Objects.U32((uint)blocks.Sum(static block => block.Chunks.Count)),
                .. Objects.U32((uint)blocks.Sum(static block => block.Prefixes.Count)),
            .. Objects.U32(0)]);
        foreach (Block block in blocks)
        {
            directory.Write(Objects.U64((ulong)pack.Length));
            directory.Write(Objects.U32((uint)block.Stored.Length));
            directory.Write(Objects.U32(block.ContentLength ?? (uint)block.Chunks.Sum(static chunk => (long)chunk.Length)));
            directory.Write(Objects.U32(block.Crc ?? Crc.Of(block.Stored)));
            directory.Write(Objects.U32((uint)block.Chunks.Count));
            directory.Write([block.Codec, block.Depth, (byte)block.Prefixes.Count, (byte)(block.Prefixes.Count >> 8), 0, 0, 0, 0]);
            pack.Write(block.Stored);
        }

        foreach ((_, int length) in blocks.SelectMany(static block => block.Chunks))
        {
            directory.Write(Objects.U32((uint)length).AsSpan(0, 3));
        }

        foreach (byte[] digest in blocks.SelectMany(static block => block.Chunks).Select(static chunk => chunk.Digest)
            .Concat(blocks.SelectMany(static block => block.Prefixes)))
        {
            directory.Write(digest);
        }

        byte[] tables = directory.ToArray();
        byte[] trailer = [.. Objects.U64((ulong)pack.Length), .. Objects.U32((uint)tables.Length), .. new byte[20]];
        pack.Write(tables);
        pack.Write(trailer);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        hash.AppendData(tables);
        hash.AppendData(trailer);
        pack.Write(hash.GetHashAndReset());
        return pack.ToArray();
    }
}
