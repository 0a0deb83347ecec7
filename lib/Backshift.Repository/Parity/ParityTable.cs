using System.Buffers.Binary;
using System.IO.Hashing;

namespace Backshift.Repository.Parity;

/// <summary>A table row of a parity object: its head, and checksums of rows; see backshift-repository(5), "Parity objects".</summary>
internal static class ParityTable
{
    /// <summary>Length of a checksum in bytes.</summary>
    internal const int Crc = 4;

    /// <summary>Length of the checksums of a table row in bytes.</summary>
    internal const int Content = ParityShape.Row - ContentOffset;

    /// <summary>Checksums of a table row.</summary>
    internal const int Checksums = Content / Crc;

    /// <summary>Limit on the table rows of the checksums of a segment.</summary>
    internal const int Limit = ((2 * ParityShape.SegmentRows) + Checksums - 1) / Checksums;

    private const int CrcOffset = ParityHead.Size;
    private const int CheckedOffset = CrcOffset + Crc;
    private const int ContentOffset = 128;

    /// <summary>Makes a table row.</summary>
    /// <param name="head">The head.</param>
    /// <param name="content">Its checksums.</param>
    /// <param name="row">Becomes the row.</param>
    internal static void Write(in ParityHead head, ReadOnlySpan<byte> content, Span<byte> row)
    {
        row.Clear();
        head.CopyTo(row);
        content.CopyTo(row[ContentOffset..]);
        BinaryPrimitives.WriteUInt32LittleEndian(row[CrcOffset..], Crc32.HashToUInt32(row[CheckedOffset..]));
    }

    /// <summary>The checksums of a table row; empty if they are damaged. Whether its head is, does not matter.</summary>
    internal static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> row) =>
        BinaryPrimitives.ReadUInt32LittleEndian(row[CrcOffset..]) == Crc32.HashToUInt32(row[CheckedOffset..]) ? row[ContentOffset..] : [];

    /// <summary>Whether a row is the one that its checksum is of.</summary>
    internal static bool Matches(ReadOnlySpan<byte> row, ReadOnlySpan<byte> checksums, int number) =>
        Crc32.HashToUInt32(row) == BinaryPrimitives.ReadUInt32LittleEndian(checksums[(number * Crc)..]);
}
