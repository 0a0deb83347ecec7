using System.Runtime.InteropServices;
using Backshift.Objects;
using Backshift.Records;

namespace Backshift.Repository.Parity;

/// <summary>The parity of a pack, open for reading. It stands damage to itself as well: every table row has its head, any half of the table rows is enough, and
/// each parity row has a checksum. For one thread at a time.</summary>
internal sealed class ParityReader : IDisposable
{
    private readonly IStoredObject stored;
    private readonly ParityHead head;
    private byte[] checksums = [];
    private int checksumsOf = -1;

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
        IStoredObject? stored = store.TryOpen(ObjectPath.Parity(pack), ObjectEnd.Head, [], out _);
        try
        {
            if (stored is null)
            {
                return null;
            }

            ParityReader reader = new(stored, FindHead(stored, pack));
            stored = null;
            return reader;
        }
        finally
        {
            stored?.Dispose();
        }
    }

    /// <summary>The checksums of a segment, first of its data rows, then of its parity rows; empty if they are lost.</summary>
    /// <remarks>Valid until the next call.</remarks>
    internal ReadOnlySpan<byte> Checksums(int segment)
    {
        if (checksumsOf != segment)
        {
            checksums = ReadChecksums(Shape.Segment(segment));
            checksumsOf = segment;
        }

        return checksums;
    }

    /// <summary>Reads a parity row.</summary>
    /// <returns>Whether all of it could be read; its checksum is not looked at.</returns>
    internal bool TryReadRow(in ParitySegment segment, int number, Span<byte> row) => TryRead(row, segment.ParityOffset(number));

    /// <summary>Verifies the parity itself.</summary>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>What is wrong with it, or null.</returns>
    internal string? FindFault(CancellationToken cancel)
    {
        if (stored.Length != Shape.ObjectLength)
        {
            return $"is {stored.Length} bytes long, not {Shape.ObjectLength}";
        }

        byte[] row = new byte[ParityShape.Row], first = new byte[ParityHead.Size];
        if (!TryRead(first, 0) || ParityHead.TryRead(first, head.Name, out _) is not null)
        {
            return "has a damaged head";
        }

        for (int number = 0; number < Shape.Segments; number++)
        {
            cancel.ThrowIfCancellationRequested();
            ParitySegment segment = Shape.Segment(number);
            for (int table = 0; table < segment.AllTables; table++)
            {
                if (!TryRead(row, segment.TableOffset(table)) || !row.AsSpan(0, first.Length).SequenceEqual(first) || ParityTable.Read(row).IsEmpty)
                {
                    return $"is damaged in table row {table} of segment {number}";
                }
            }

            ReadOnlySpan<byte> all = Checksums(number);
            for (int parity = 0; parity < segment.Parity; parity++)
            {
                if (!TryReadRow(segment, parity, row) || !ParityTable.Matches(row, all, segment.Rows + parity))
                {
                    return $"is damaged in parity row {parity} of segment {number}";
                }
            }
        }

        return null;
    }

    public void Dispose() => stored.Dispose();

    private static ParityHead FindHead(IStoredObject stored, ObjectName pack)
    {
        Span<byte> bytes = stackalloc byte[ParityHead.Size];
        string? fault = null;
        StoreException? trouble = null;

        // The first segment begins with a table row, and the last one ends with two at least; a head between them is found if these are lost.
        for (int i = 0; i < (2 * ParityTable.Limit) + 1; i++)
        {
            long row = i < ParityTable.Limit ? (long)i * ParityShape.Row : stored.Length - ((i - ParityTable.Limit + 1L) * ParityShape.Row);
            if (row < 0)
            {
                continue;
            }

            try
            {
                int count = stored.ReadAt(bytes, row);
                string? found = ParityHead.TryRead(bytes[..count], pack, out ParityHead head);
                if (found is null)
                {
                    return head;
                }

                fault ??= found;
            }
            catch (StoreException e)
            {
                trouble ??= e;
            }
        }

        throw trouble ?? new BackshiftException(ExitCode.DataError, fault ?? $"parity of pack {pack}: is empty");
    }

    private byte[] ReadChecksums(in ParitySegment segment)
    {
        int all = segment.AllTables, count = segment.Tables, parity = count + 1;
        byte[] row = new byte[ParityShape.Row], tables = new byte[count * ParityTable.Content], others = new byte[parity * ParityTable.Content];
        List<int> lost = [], lostParity = [];
        for (int i = 0; i < all; i++)
        {
            ReadOnlySpan<byte> content = TryRead(row, segment.TableOffset(i)) ? ParityTable.Read(row) : [];
            if (content.IsEmpty)
            {
                (i < count ? lost : lostParity).Add(i < count ? i : i - count);
            }
            else
            {
                content.CopyTo(i < count ? tables.AsSpan(i * ParityTable.Content) : others.AsSpan((i - count) * ParityTable.Content));
            }
        }

        if (lost.Count + lostParity.Count > parity)
        {
            return [];
        }

        if (lost.Count > 0)
        {
            SegmentCode code = new(count, parity, ParityTable.Content);
            byte[] sums = new byte[others.Length];
            code.Encode((first, rows) => tables.AsSpan(first * ParityTable.Content, rows.Length).CopyTo(rows), sums);
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] ^= others[i];
            }

            code.Decode(CollectionsMarshal.AsSpan(lost), CollectionsMarshal.AsSpan(lostParity), sums);
            for (int i = 0; i < lost.Count; i++)
            {
                sums.AsSpan(i * ParityTable.Content, ParityTable.Content).CopyTo(tables.AsSpan(lost[i] * ParityTable.Content));
            }
        }

        return tables;
    }

    private bool TryRead(Span<byte> buffer, long offset)
    {
        try
        {
            return stored.ReadAt(buffer, offset) == buffer.Length;
        }
        catch (StoreException)
        {
            return false;
        }
    }
}
