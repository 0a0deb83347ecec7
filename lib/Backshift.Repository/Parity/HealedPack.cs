using System.Runtime.InteropServices;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Repository.Parity;

/// <summary>
/// A pack that is read with the help of its parity: rows that cannot be read, or do not match their CRC, are computed from the others of their stripe. Those
/// that cannot be computed are as the store gives them. May be read by several threads at once.
/// </summary>
internal sealed class HealedPack : IStoredObject
{
    // The rows of a stripe that were lost are kept, since the same ones are usually asked for again.
    private const int KeptStripes = 64;

    private readonly IStoredObject pack;
    private readonly ParityReader parity;
    private readonly Lock gate = new();
    private readonly byte[] row = new byte[ParityShape.Row];
    private readonly byte[] other = new byte[ParityShape.Row];
    private readonly Dictionary<(int Segment, int Stripe), Dictionary<int, byte[]>> healed = [];

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
        int segment = (int)(number / ParityShape.SegmentRows);
        ParitySegment shape = parity.Shape.Segment(segment);
        int inside = (int)(number - shape.FirstRow), shard = inside / shape.Stripes, stripe = inside % shape.Stripes;
        if (healed.TryGetValue((segment, stripe), out Dictionary<int, byte[]>? known) && known.TryGetValue(shard, out byte[]? good))
        {
            return good;
        }

        bool isRead = TryReadRow(shape, shard, stripe, row, out StoreException? trouble);
        ReadOnlySpan<byte> crcs = parity.Crcs(segment, stripe);
        if (crcs.IsEmpty || (isRead && ParityReader.Matches(row, crcs, shard)))
        {
            return isRead ? row : trouble is null ? [] : throw trouble;
        }

        if (known is null)
        {
            if (healed.Count >= KeptStripes)
            {
                healed.Clear();
            }

            known = Heal(segment, shape, stripe, crcs.ToArray());
            healed.Add((segment, stripe), known);
        }

        return known.TryGetValue(shard, out good) ? good
            : TryReadRow(shape, shard, stripe, row, out trouble) ? row
            : trouble is null ? []
            : throw trouble;
    }

    /// <summary>Computes the lost rows of a stripe.</summary>
    /// <returns>The rows by shard; none if too many are lost.</returns>
    private Dictionary<int, byte[]> Heal(int segment, in ParitySegment shape, int stripe, ReadOnlySpan<byte> crcs)
    {
        List<int> lost = [];
        for (int shard = 0; shard < shape.Data; shard++)
        {
            if (!TryReadRow(shape, shard, stripe, other, out _) || !ParityReader.Matches(other, crcs, shard))
            {
                lost.Add(shard);
            }
        }

        List<int> parities = [];
        List<byte[]> rows = [];
        for (int i = 0; i < shape.Parity && rows.Count < lost.Count; i++)
        {
            byte[] sum = new byte[ParityShape.Row];
            if (parity.TryReadRow(segment, i, stripe, sum) && ParityReader.Matches(sum, crcs, shape.Data + i))
            {
                parities.Add(i);
                rows.Add(sum);
            }
        }

        if (rows.Count < lost.Count)
        {
            return [];
        }

        byte[][] sums = [.. rows];
        for (int shard = 0; shard < shape.Data; shard++)
        {
            if (lost.Contains(shard))
            {
                continue;
            }

            if (!TryReadRow(shape, shard, stripe, other, out _) || !ParityReader.Matches(other, crcs, shard))
            {
                // It was good a moment ago.
                return [];
            }

            for (int i = 0; i < sums.Length; i++)
            {
                GaloisField.AddProduct(StripeCode.Factor(shape.Data, parities[i], shard), other, sums[i]);
            }
        }

        StripeCode.Solve(shape.Data, CollectionsMarshal.AsSpan(lost), CollectionsMarshal.AsSpan(parities), sums);
        Dictionary<int, byte[]> found = [];
        for (int i = 0; i < sums.Length; i++)
        {
            // A CRC may match by chance where the row was damaged; then the others come out wrong.
            if (ParityReader.Matches(sums[i], crcs, lost[i]))
            {
                found.Add(lost[i], sums[i]);
            }
        }

        return found;
    }

    private bool TryReadRow(in ParitySegment shape, int shard, int stripe, Span<byte> target, out StoreException? trouble)
    {
        trouble = null;
        int inside = (shard * shape.Stripes) + stripe;
        long offset = (shape.FirstRow + inside) * ParityShape.Row;
        target.Clear();
        if (inside >= shape.Rows)
        {
            return true;
        }

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
