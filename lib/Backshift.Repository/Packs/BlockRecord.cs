using System.Buffers.Binary;
using Backshift.Repository.Codecs;

namespace Backshift.Repository.Packs;

/// <summary>The record of a block in a pack directory.</summary>
/// <param name="Offset">Where it lies in the file.</param>
/// <param name="Stored">Its length there, in bytes.</param>
/// <param name="Content">The length of its content, in bytes.</param>
/// <param name="Crc">CRC-32 of the stored bytes.</param>
/// <param name="Chunks">Number of its chunks.</param>
/// <param name="Codec">How it is stored.</param>
/// <param name="Depth">Length of the longest chain of blocks that must be read before it.</param>
/// <param name="Prefixes">Number of its prefixes.</param>
/// <param name="Effort">How hard a recompression tried, see <see cref="CodecChoice.Effort"/>; 0 for a block that a save wrote.</param>
internal readonly record struct BlockRecord(
    long Offset, int Stored, int Content, uint Crc, int Chunks, Codec Codec, byte Depth, ushort Prefixes, byte Effort = 0)
{
    internal void CopyTo(Span<byte> target)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, Offset);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], Stored);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], Content);
        BinaryPrimitives.WriteUInt32LittleEndian(target[16..], Crc);
        BinaryPrimitives.WriteInt32LittleEndian(target[20..], Chunks);
        target[24] = (byte)Codec;
        target[25] = Depth;
        BinaryPrimitives.WriteUInt16LittleEndian(target[26..], Prefixes);
        target.Slice(28, 4).Clear();
        target[28] = Effort;
    }

    internal static BlockRecord Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt64LittleEndian(bytes),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]),
        (Codec)bytes[24],
        bytes[25],
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[26..]),
        bytes[28]);
}
