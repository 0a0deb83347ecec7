using System.Buffers.Binary;
using System.IO.Hashing;

namespace Backshift.Repository.Packs;

/// <summary>A record in a gap between the blocks of a pack; see backshift-repository(5), "Block lists".</summary>
internal static class GapRecord
{
    /// <summary>Tag, length and CRC-32, before the body.</summary>
    internal const int HeadSize = 16;

    /// <summary>Limit on the length of a body, in bytes.</summary>
    internal const int BodyLimit = 8 << 20;

    private const int LengthOffset = 8;
    private const int CrcOffset = 12;

    /// <summary>The tag of a list of the blocks before it.</summary>
    internal static ReadOnlySpan<byte> BlockList => "BSGAPblk"u8;

    /// <summary>The tag of zeros that fill a pack up.</summary>
    internal static ReadOnlySpan<byte> Filling => "BSGAPpad"u8;

    /// <summary>Writes the head of a record.</summary>
    /// <param name="tag">Its tag, 8 bytes.</param>
    /// <param name="body">The body.</param>
    /// <param name="head">Takes <see cref="HeadSize"/> bytes.</param>
    internal static void WriteHead(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> body, Span<byte> head)
    {
        tag.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head[LengthOffset..], body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[CrcOffset..], CrcOf(head, body));
    }

    /// <summary>The length of the body that a head announces, or −1 if that cannot be.</summary>
    internal static int LengthOf(ReadOnlySpan<byte> head)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(head[LengthOffset..]);
        return length <= BodyLimit ? (int)length : -1;
    }

    /// <summary>Whether head and body are as they were written.</summary>
    internal static bool Matches(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body) =>
        BinaryPrimitives.ReadUInt32LittleEndian(head[CrcOffset..]) == CrcOf(head, body);

    private static uint CrcOf(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        Crc32 crc = new();
        crc.Append(head[..CrcOffset]);
        crc.Append(body);
        return crc.GetCurrentHashAsUInt32();
    }
}
