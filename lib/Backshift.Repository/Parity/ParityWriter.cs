using System.Buffers.Binary;
using System.IO.Hashing;
using Backshift.Objects;

namespace Backshift.Repository.Parity;

/// <summary>Makes the parity of a pack. It holds the parity rows and CRCs of one segment.</summary>
internal sealed class ParityWriter
{
    private const int RowsAtOnce = 64;

    private readonly IStoredObject pack;
    private readonly ParityHead head;
    private readonly byte[] buffer = new byte[RowsAtOnce * ParityShape.Row];

    /// <param name="pack">The pack; not closed with this object.</param>
    /// <param name="name">Its name.</param>
    /// <param name="percent">Size of the parity in percent of the pack: 1 to 100.</param>
    internal ParityWriter(IStoredObject pack, ObjectName name, int percent)
    {
        this.pack = pack;
        head = new ParityHead(name, ParityShape.Of(pack.Length, percent));
    }

    /// <summary>Makes the parity and publishes it.</summary>
    /// <param name="store">Where the pack is.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>Length of the parity in bytes; 0 if there is some by now.</returns>
    /// <exception cref="StoreException">The pack cannot be read, or the parity cannot be written.</exception>
    internal long Publish(IObjectStore store, CancellationToken cancel)
    {
        using IObjectDraft draft = store.Create();
        byte[] bytes = new byte[ParityHead.Size];
        head.CopyTo(bytes);
        draft.Write(bytes);
        for (int number = 0; number < head.Shape.Segments; number++)
        {
            cancel.ThrowIfCancellationRequested();
            WriteSegment(draft, head.Shape.Segment(number));
        }

        for (int number = 0; number < head.Shape.Segments; number++)
        {
            ParitySegment segment = head.Shape.Segment(number);
            byte[] table = new byte[segment.TableLength];
            draft.ReadExactly(table, segment.Offset);
            draft.Write(table);
        }

        draft.Write(bytes);
        long length = draft.Length;
        return draft.TryPublish(ObjectPath.Parity(head.Name)) ? length : 0;
    }

    /// <summary>Writes the CRCs of a segment and its parity rows.</summary>
    private void WriteSegment(IObjectDraft draft, in ParitySegment segment)
    {
        byte[] rows = new byte[segment.RowsLength];
        uint[] crcs = new uint[(segment.Data + segment.Parity) * segment.Stripes];
        for (int first = 0; first < segment.Rows; first += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, segment.Rows - first);
            Read(segment.FirstRow + first, buffer.AsSpan(0, count * ParityShape.Row));
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<byte> row = buffer.AsSpan(i * ParityShape.Row, ParityShape.Row);
                crcs[first + i] = Crc32.HashToUInt32(row);
                Add(segment, first + i, row, rows);
            }
        }

        // Rows of the last shard that the segment does not have are zeros.
        uint zeros = Crc32.HashToUInt32(new byte[ParityShape.Row]);
        crcs.AsSpan(segment.Rows, (segment.Data * segment.Stripes) - segment.Rows).Fill(zeros);
        for (int i = 0; i < segment.Parity * segment.Stripes; i++)
        {
            crcs[(segment.Data * segment.Stripes) + i] = Crc32.HashToUInt32(rows.AsSpan(i * ParityShape.Row, ParityShape.Row));
        }

        draft.Write(Table(segment, crcs));
        draft.Write(rows);
    }

    private static void Add(in ParitySegment segment, int number, ReadOnlySpan<byte> row, byte[] rows)
    {
        int shard = number / segment.Stripes, stripe = number % segment.Stripes;
        for (int parity = 0; parity < segment.Parity; parity++)
        {
            Span<byte> target = rows.AsSpan(((parity * segment.Stripes) + stripe) * ParityShape.Row, ParityShape.Row);
            GaloisField.AddProduct(StripeCode.Factor(segment.Data, parity, shard), row, target);
        }
    }

    private static byte[] Table(in ParitySegment segment, uint[] crcs)
    {
        byte[] table = new byte[segment.TableLength];
        for (int stripe = 0; stripe < segment.Stripes; stripe++)
        {
            Span<byte> of = table.AsSpan(stripe * segment.StripeTable, segment.StripeTable);
            for (int shard = 0; shard < segment.Data + segment.Parity; shard++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(of[(shard * ParityShape.Crc)..], crcs[(shard * segment.Stripes) + stripe]);
            }

            BinaryPrimitives.WriteUInt32LittleEndian(of[^ParityShape.Crc..], Crc32.HashToUInt32(of[..^ParityShape.Crc]));
        }

        return table;
    }

    private void Read(long row, Span<byte> rows)
    {
        long offset = row * ParityShape.Row;
        int length = (int)Math.Min(rows.Length, head.Shape.Length - offset);
        pack.ReadExactly(rows[..length], offset);
        rows[length..].Clear();
    }
}
