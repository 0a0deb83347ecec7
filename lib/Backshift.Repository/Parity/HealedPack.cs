using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Repository.Parity;

/// <summary>
/// A pack that is read with the help of its parity: rows that cannot be read, or do not match their CRC, are computed from the others of their segment. Those
/// that cannot be computed are as the store gives them. May be read by several threads at once.
/// </summary>
internal sealed class HealedPack : IStoredObject
{
    private readonly IStoredObject pack;
    private readonly ParityReader parity;
    private readonly Lock gate = new();
    private readonly byte[] row = new byte[ParityShape.Row];
    private readonly byte[] other = new byte[ParityShape.Row];

    // The lost rows of the segment that was healed last, since the same ones are usually asked for again.
    private Dictionary<int, ReadOnlyMemory<byte>> healed = [];
    private int healedSegment = -1;

    private HealedPack(IStoredObject pack, ParityReader parity)
    {
        this.pack = pack;
        this.parity = parity;
    }

    public BytePath Shown => pack.Shown;

    /// <summary>The length that the pack should have.</summary>
    public long Length => parity.Shape.Length;

    public UnixTime Received => pack.Received;

    /// <summary>Opens the parity of a pack.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="name">The name of the pack.</param>
    /// <param name="pack">The pack; not closed with what is returned.</param>
    /// <returns>Null if it has no parity, or none that can be used.</returns>
    internal static HealedPack? TryOpen(IObjectStore store, ObjectName name, IStoredObject pack)
    {
        try
        {
            return ParityReader.TryOpen(store, name) is { } parity ? new HealedPack(pack, parity) : null;
        }
        catch (BackshiftException)
        {
            // It only helps. A check reports that it is damaged.
            return null;
        }
    }

    public int ReadAt(Span<byte> buffer, long offset)
    {
        lock (gate)
        {
            int done = 0;
            while (done < buffer.Length && offset + done < Length)
            {
                long at = offset + done;
                int start = (int)(at % ParityShape.Row);
                int end = (int)Math.Min(ParityShape.Row, Length - (at - start));
                ReadOnlySpan<byte> bytes = Row(at / ParityShape.Row);
                if (bytes.IsEmpty)
                {
                    break;
                }

                bytes = bytes[start..end];
                int count = Math.Min(bytes.Length, buffer.Length - done);
                bytes[..count].CopyTo(buffer[done..]);
                done += count;
            }

            return done;
        }
    }

    /// <summary>Closes the parity; the pack stays open.</summary>
    public void Dispose() => parity.Dispose();

    /// <summary>A row of the pack, healed if need be; valid until the next call. Empty if the pack ends before it, and it cannot be healed.</summary>
    /// <exception cref="StoreException">It cannot be read, and it cannot be healed.</exception>
    private ReadOnlySpan<byte> Row(long number)
    {
        int segment = (int)(number / ParityShape.SegmentRows), inside = (int)(number % ParityShape.SegmentRows);
        ParitySegment shape = parity.Shape.Segment(segment);
        if (segment == healedSegment && healed.TryGetValue(inside, out ReadOnlyMemory<byte> good))
        {
            return good.Span;
        }

        bool isRead = TryReadRow(shape, inside, row, out StoreException? trouble);
        ReadOnlySpan<byte> checksums = parity.Checksums(segment);
        if (!checksums.IsEmpty && !(isRead && ParityTable.Matches(row, checksums, inside)) && segment != healedSegment)
        {
            healed = Heal(shape, checksums);
            healedSegment = segment;
            if (healed.TryGetValue(inside, out good))
            {
                return good.Span;
            }
        }

        return isRead ? row : trouble is null ? [] : throw trouble;
    }

    /// <summary>Computes the lost rows of a segment.</summary>
    /// <returns>The rows by their number; none if too many are lost.</returns>
    private Dictionary<int, ReadOnlyMemory<byte>> Heal(ParitySegment shape, ReadOnlySpan<byte> checksums)
    {
        List<int> lost = [], lostParity = [];
        for (int i = 0; i < shape.Rows && lost.Count <= shape.Parity; i++)
        {
            if (!TryReadRow(shape, i, other, out _) || !ParityTable.Matches(other, checksums, i))
            {
                lost.Add(i);
            }
        }

        if (lost.Count > shape.Parity)
        {
            return [];
        }

        for (int i = 0; i < shape.Parity; i++)
        {
            if (!parity.TryReadRow(shape, i, other) || !ParityTable.Matches(other, checksums, shape.Rows + i))
            {
                lostParity.Add(i);
            }
        }

        if (lost.Count + lostParity.Count > shape.Parity)
        {
            return [];
        }

        byte[] rows = new byte[shape.Parity * ParityShape.Row];
        SegmentCode code = new(shape.Rows, shape.Parity, ParityShape.Row);
        code.Encode((first, of) => ReadKnown(shape, lost, first, of), rows);
        for (int i = 0; i < shape.Parity; i++)
        {
            if (!lostParity.Contains(i) && parity.TryReadRow(shape, i, other))
            {
                Add(other, rows.AsSpan(i * ParityShape.Row, ParityShape.Row));
            }
        }

        code.Decode(CollectionsMarshal.AsSpan(lost), CollectionsMarshal.AsSpan(lostParity), rows);
        Dictionary<int, ReadOnlyMemory<byte>> found = [];
        byte[] kept = rows.Length > 2 * lost.Count * ParityShape.Row ? rows[..(lost.Count * ParityShape.Row)] : rows;
        for (int i = 0; i < lost.Count; i++)
        {
            // A checksum may match by chance where a row was damaged, and a row that was good may be so no more; then the others come out wrong.
            ReadOnlyMemory<byte> computed = kept.AsMemory(i * ParityShape.Row, ParityShape.Row);
            if (ParityTable.Matches(computed.Span, checksums, lost[i]))
            {
                found.Add(lost[i], computed);
            }
        }

        return found;
    }

    /// <summary>Reads rows of a segment, those that are lost as zeros.</summary>
    private void ReadKnown(in ParitySegment shape, List<int> lost, int first, Span<byte> rows)
    {
        int count = rows.Length / ParityShape.Row;
        for (int i = 0; i < count; i++)
        {
            Span<byte> of = rows.Slice(i * ParityShape.Row, ParityShape.Row);
            if (lost.BinarySearch(first + i) >= 0 || !TryReadRow(shape, first + i, of, out _))
            {
                of.Clear();
            }
        }
    }

    private static void Add(ReadOnlySpan<byte> source, Span<byte> target)
    {
        Span<Vector256<byte>> to = MemoryMarshal.Cast<byte, Vector256<byte>>(target);
        ReadOnlySpan<Vector256<byte>> from = MemoryMarshal.Cast<byte, Vector256<byte>>(source);
        for (int i = 0; i < to.Length; i++)
        {
            to[i] ^= from[i];
        }
    }

    private bool TryReadRow(in ParitySegment shape, int number, Span<byte> target, out StoreException? trouble)
    {
        trouble = null;
        long offset = (shape.FirstRow + number) * ParityShape.Row;
        target.Clear();
        int length = (int)Math.Min(ParityShape.Row, Length - offset);
        try
        {
            return pack.ReadAt(target[..length], offset) == length;
        }
        catch (StoreException e)
        {
            trouble = e;
            return false;
        }
    }
}
