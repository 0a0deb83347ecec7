using System.Buffers.Binary;
using System.IO.Hashing;
using Backshift.Objects;
using Backshift.Records;

namespace Backshift.Repository.Parity;

/// <summary>The parity of a pack, open for reading. It stands damage to itself as well: its head and its CRCs are there twice, and each parity row has a CRC.
/// For one thread at a time.</summary>
internal sealed class ParityReader : IDisposable
{
    private readonly IStoredObject stored;
    private readonly ParityHead head;
    private byte[] table = [];
    private int tableOf = -1;

    private ParityReader(IStoredObject stored, ParityHead head)
    {
        this.stored = stored;
        this.head = head;
    }

    internal ParityShape Shape => head.Shape;

    /// <summary>Opens the parity of a pack.</summary>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="StoreException">It cannot be read.</exception>
    /// <exception cref="BackshiftException">It is damaged.</exception>
    internal static ParityReader? TryOpen(IObjectStore store, ObjectName pack)
    {
        Span<byte> bytes = stackalloc byte[ParityHead.Size];
        IStoredObject? stored = store.TryOpen(ObjectPath.Parity(pack), ObjectEnd.Head, bytes, out int count);
        try
        {
            if (stored is null)
            {
                return null;
            }

            if (ParityHead.TryRead(bytes[..count], pack, out ParityHead head) is { } fault
                && (stored.Length < bytes.Length || stored.ReadAt(bytes, stored.Length - bytes.Length) != bytes.Length
                    || ParityHead.TryRead(bytes, pack, out head) is not null))
            {
                throw new BackshiftException(ExitCode.DataError, fault);
            }

            ParityReader reader = new(stored, head);
            stored = null;
            return reader;
        }
        finally
        {
            stored?.Dispose();
        }
    }

    /// <summary>The CRCs of a stripe, first of its data rows, then of its parity rows; empty if they are lost.</summary>
    /// <remarks>4 bytes each; valid until the next call.</remarks>
    internal ReadOnlySpan<byte> Crcs(int segment, int stripe)
    {
        ParitySegment shape = Shape.Segment(segment);
        if (tableOf != segment)
        {
            // Both are read at once: what is good in one need not be so in the other.
            table = new byte[2 * shape.TableLength];
            tableOf = segment;
            _ = TryRead(table.AsSpan(0, table.Length / 2), shape.Offset);
            _ = TryRead(table.AsSpan(table.Length / 2), shape.SecondTable);
        }

        for (int copy = 0; copy < 2; copy++)
        {
            ReadOnlySpan<byte> crcs = table.AsSpan((copy * (int)shape.TableLength) + (stripe * shape.StripeTable), shape.StripeTable);
            if (BinaryPrimitives.ReadUInt32LittleEndian(crcs[^ParityShape.Crc..]) == Crc32.HashToUInt32(crcs[..^ParityShape.Crc]))
            {
                return crcs[..^ParityShape.Crc];
            }
        }

        return [];
    }

    /// <summary>Reads a parity row.</summary>
    /// <returns>Whether all of it could be read; its CRC is not looked at.</returns>
    internal bool TryReadRow(int segment, int parity, int stripe, Span<byte> row) => TryRead(row, Shape.Segment(segment).ParityRow(parity, stripe));

    /// <summary>Verifies the parity itself.</summary>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>What is wrong with it, or null.</returns>
    internal string? FindFault(CancellationToken cancel)
    {
        byte[] row = new byte[ParityShape.Row];
        byte[] first = new byte[ParityHead.Size], last = new byte[ParityHead.Size];
        if (stored.Length != Shape.ObjectLength)
        {
            return $"is {stored.Length} bytes long, not {Shape.ObjectLength}";
        }

        if (!TryRead(first, 0) || !TryRead(last, stored.Length - last.Length) || ParityHead.TryRead(first, head.Name, out _) is not null
            || !first.AsSpan().SequenceEqual(last))
        {
            return "one of its two heads is damaged";
        }

        for (int segment = 0; segment < Shape.Segments; segment++)
        {
            cancel.ThrowIfCancellationRequested();
            ParitySegment shape = Shape.Segment(segment);
            for (int stripe = 0; stripe < shape.Stripes; stripe++)
            {
                ReadOnlySpan<byte> crcs = Crcs(segment, stripe);
                int half = (int)shape.TableLength, at = stripe * shape.StripeTable;
                if (crcs.IsEmpty || !table.AsSpan(at, shape.StripeTable).SequenceEqual(table.AsSpan(half + at, shape.StripeTable)))
                {
                    return $"one of its two tables is damaged at stripe {stripe} of segment {segment}";
                }

                for (int parity = 0; parity < shape.Parity; parity++)
                {
                    if (!TryReadRow(segment, parity, stripe, row) || !Matches(row, crcs, shape.Data + parity))
                    {
                        return $"row {parity} of stripe {stripe} of segment {segment} does not match its CRC";
                    }
                }
            }
        }

        return null;
    }

    /// <summary>Whether a row is the one that its CRC is of.</summary>
    internal static bool Matches(ReadOnlySpan<byte> row, ReadOnlySpan<byte> crcs, int shard) =>
        Crc32.HashToUInt32(row) == BinaryPrimitives.ReadUInt32LittleEndian(crcs[(shard * ParityShape.Crc)..]);

    public void Dispose() => stored.Dispose();

    /// <summary>Reads what can be read: a sector that cannot be costs no other.</summary>
    private bool TryRead(Span<byte> buffer, long offset)
    {
        bool all = true;
        for (int done = 0; done < buffer.Length;)
        {
            Span<byte> piece = buffer.Slice(done, Math.Min(ParityShape.Row, buffer.Length - done));
            try
            {
                all &= stored.ReadAt(piece, offset + done) == piece.Length;
            }
            catch (StoreException)
            {
                all = false;
            }

            done += piece.Length;
        }

        return all;
    }
}
