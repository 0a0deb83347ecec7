using System.Buffers.Binary;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Repository.Parity;

/// <summary>What every table row of a parity object begins with; see backshift-repository(5), "Parity objects".</summary>
/// <param name="Name">The name of the pack.</param>
/// <param name="Shape">How its rows are arranged.</param>
internal readonly record struct ParityHead(ObjectName Name, ParityShape Shape)
{
    internal const int Size = ChecksumOffset + Sha256.HashSizeInBytes;

    private const int LengthOffset = ObjectHeader.Size;
    private const int RowOffset = LengthOffset + 8;
    private const int SegmentOffset = RowOffset + 4;
    private const int ShareOffset = SegmentOffset + 4;
    private const int ReservedOffset = ShareOffset + 2;
    private const int ChecksumOffset = ReservedOffset + 14;

    internal void CopyTo(Span<byte> target)
    {
        target[..Size].Clear();
        new ObjectHeader(ObjectType.Parity, 0, Name).CopyTo(target);
        BinaryPrimitives.WriteInt64LittleEndian(target[LengthOffset..], Shape.Length);
        BinaryPrimitives.WriteInt32LittleEndian(target[RowOffset..], ParityShape.Row);
        BinaryPrimitives.WriteInt32LittleEndian(target[SegmentOffset..], ParityShape.SegmentRows);
        BinaryPrimitives.WriteUInt16LittleEndian(target[ShareOffset..], (ushort)Shape.Percent);
        Sha256.HashData(target[..ChecksumOffset], target[ChecksumOffset..Size]);
    }

    /// <summary>Reads one of them.</summary>
    /// <param name="bytes">What should be one.</param>
    /// <param name="name">The name of the pack.</param>
    /// <param name="head">The head.</param>
    /// <returns>What is wrong with it, or null.</returns>
    internal static string? TryRead(ReadOnlySpan<byte> bytes, ObjectName name, out ParityHead head)
    {
        head = default;
        string what = $"parity of pack {name}";
        Span<byte> checksum = stackalloc byte[Sha256.HashSizeInBytes];
        if (bytes.Length < Size)
        {
            return $"{what}: is cut short";
        }

        Sha256.HashData(bytes[..ChecksumOffset], checksum);
        if (!checksum.SequenceEqual(bytes[ChecksumOffset..Size]))
        {
            return $"{what}: does not match its checksum";
        }

        ObjectHeader header;
        try
        {
            header = ObjectHeader.Read(bytes, ObjectType.Parity, what);
        }
        catch (BackshiftException e)
        {
            return e.Message;
        }

        long length = BinaryPrimitives.ReadInt64LittleEndian(bytes[LengthOffset..]);
        head = new ParityHead(header.Name, new ParityShape(length, BinaryPrimitives.ReadUInt16LittleEndian(bytes[ShareOffset..])));
        return header.Name != name ? $"{what}: says that it is of pack {header.Name}"
            : BinaryPrimitives.ReadInt32LittleEndian(bytes[RowOffset..]) != ParityShape.Row
                || BinaryPrimitives.ReadInt32LittleEndian(bytes[SegmentOffset..]) != ParityShape.SegmentRows || !head.Shape.IsValid ? $"{what}: is inconsistent"
            : null;
    }
}
