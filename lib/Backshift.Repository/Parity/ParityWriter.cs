using System.Buffers.Binary;
using System.IO.Hashing;
using Backshift.Objects;

namespace Backshift.Repository.Parity;

/// <summary>Makes the parity of a pack. It holds the parity rows and checksums of one segment.</summary>
internal sealed class ParityWriter
{
    private readonly IStoredObject pack;
    private readonly ParityHead head;

    /// <param name="pack">The pack; not closed with this object.</param>
    /// <param name="name">Its name.</param>
    /// <param name="percent">Size of the parity in percent of the pack: 1 to 100.</param>
    internal ParityWriter(IStoredObject pack, ObjectName name, int percent)
    {
        this.pack = pack;
        head = new ParityHead(name, new ParityShape(pack.Length, percent));
    }

    /// <summary>Makes the parity and publishes it.</summary>
    /// <param name="store">Where the pack is.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>Length of the parity in bytes; 0 if there is some by now.</returns>
    /// <exception cref="StoreException">The pack cannot be read, or the parity cannot be written.</exception>
    internal long Publish(IObjectStore store, CancellationToken cancel)
    {
        using IObjectDraft draft = store.Raw.Create(ObjectType.Parity);
        for (int number = 0; number < head.Shape.Segments; number++)
        {
            cancel.ThrowIfCancellationRequested();
            WriteSegment(draft, head.Shape.Segment(number));
        }

        long length = draft.Length;
        return draft.TryPublish(ObjectPath.Parity(head.Name)) ? length : 0;
    }

    private void WriteSegment(IObjectDraft draft, ParitySegment segment)
    {
        byte[] rows = new byte[segment.Parity * ParityShape.Row];
        byte[] checksums = new byte[segment.Tables * ParityTable.Content];
        int summed = 0;
        void Read(int first, Span<byte> of)
        {
            ReadRows(segment.FirstRow + first, of);
            if (first == summed)
            {
                // The code may ask for them again.
                Sum(of, checksums, first);
                summed += of.Length / ParityShape.Row;
            }
        }

        new SegmentCode(segment.Rows, segment.Parity, ParityShape.Row).Encode(Read, rows);
        Sum(rows, checksums, segment.Rows);
        byte[] tables = new byte[(segment.Tables + 1) * ParityTable.Content];
        SegmentCode code = new(segment.Tables, segment.Tables + 1, ParityTable.Content);
        code.Encode((first, of) => checksums.AsSpan(first * ParityTable.Content, of.Length).CopyTo(of), tables);
        WriteTables(draft, checksums);
        draft.Write(rows);
        WriteTables(draft, tables);
    }

    private static void Sum(ReadOnlySpan<byte> rows, byte[] checksums, int first)
    {
        for (int i = 0; i < rows.Length / ParityShape.Row; i++)
        {
            uint crc = Crc32.HashToUInt32(rows.Slice(i * ParityShape.Row, ParityShape.Row));
            BinaryPrimitives.WriteUInt32LittleEndian(checksums.AsSpan((first + i) * ParityTable.Crc), crc);
        }
    }

    private void WriteTables(IObjectDraft draft, ReadOnlySpan<byte> contents)
    {
        Span<byte> row = stackalloc byte[ParityShape.Row];
        for (int at = 0; at < contents.Length; at += ParityTable.Content)
        {
            ParityTable.Write(head, contents.Slice(at, ParityTable.Content), row);
            draft.Write(row);
        }
    }

    private void ReadRows(long row, Span<byte> rows)
    {
        long offset = row * ParityShape.Row;
        int length = (int)Math.Min(rows.Length, head.Shape.Length - offset);
        pack.ReadExactly(rows[..length], offset);
        rows[length..].Clear();
    }
}
