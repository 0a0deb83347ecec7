using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Backshift.Fuzz.Repositories;

/// <summary>Makes a run of the index.</summary>
internal static class RunMaker
{
    /// <summary>An entry: the first eight bytes of a digest, the number of the pack, the slot.</summary>
    internal static byte[] Entry(ReadOnlySpan<byte> digest, uint pack, uint slot) => [.. digest[..8], .. Objects.U32(pack), .. Objects.U32(slot)];

    /// <summary>The entries of packs in the order that the page demands.</summary>
    internal static List<byte[]> Entries(IReadOnlyList<IReadOnlyList<Block>> packs)
    {
        List<byte[]> entries = [];
        for (int pack = 0; pack < packs.Count; pack++)
        {
            entries.AddRange(packs[pack].SelectMany(static block => block.Chunks).Select((chunk, slot) => Entry(chunk.Digest, (uint)pack, (uint)slot)));
        }

        return [.. entries.OrderBy(static entry => BinaryPrimitives.ReadUInt64BigEndian(entry))
            .ThenBy(static entry => BinaryPrimitives.ReadUInt32LittleEndian(entry.AsSpan(8)))
            .ThenBy(static entry => BinaryPrimitives.ReadUInt32LittleEndian(entry.AsSpan(12)))];
    }

    internal static byte[] Make(byte[] name, IReadOnlyList<byte[]> packs, IReadOnlyList<byte[]> replaced, byte[] filter, IReadOnlyList<byte[]> entries)
    {
        byte[] head = [
            .. Objects.Header('R', name), .. Objects.U32((uint)packs.Count), .. Objects.U32((uint)replaced.Count), .. Objects.U64((ulong)entries.Count),
            .. Objects.U32((uint)(filter.Length / 32)),
            .. new byte[12], .. packs.SelectMany(static pack => pack), .. replaced.SelectMany(static run => run)];
        byte[] pages = [.. Paged(filter, 127 * 32), .. Paged([.. entries.SelectMany(static entry => entry)], 255 * 16)];
        return [.. head, .. SHA256.HashData(head), .. pages, .. SHA256.HashData(pages)];
    }

    /// <summary>Each page is followed by its CRC.</summary>
    private static byte[] Paged(byte[] items, int page)
    {
        using MemoryStream pages = new();
        for (int at = 0; at < items.Length; at += page)
        {
            ReadOnlySpan<byte> one = items.AsSpan(at, Math.Min(page, items.Length - at));
            pages.Write(one);
            pages.Write(Objects.U32(Crc.Of(one)));
        }

        return pages.ToArray();
    }
}
