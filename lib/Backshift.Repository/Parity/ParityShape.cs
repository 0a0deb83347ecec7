namespace Backshift.Repository.Parity;

/// <summary>How the rows of a pack are arranged for parity; see backshift-repository(5), "PARITY".</summary>
/// <param name="Length">Length of the pack in bytes, at least 1.</param>
/// <param name="Data">Data shards of a segment, at most.</param>
/// <param name="Parity">Parity shards of a segment that has all its data shards.</param>
internal readonly record struct ParityShape(long Length, int Data, int Parity)
{
    /// <summary>Length of a row in bytes.</summary>
    internal const int Row = 4096;

    /// <summary>Rows of a segment, at most: a pack as they usually are has one.</summary>
    internal const int SegmentRows = 9216;

    /// <summary>Length of a CRC in bytes.</summary>
    internal const int Crc = 4;

    /// <summary>Limit on the length of a pack in bytes.</summary>
    internal const long LengthLimit = 1L << 40;

    private const int UsualData = 200;

    /// <summary>Rows of the pack; the last one is filled with zeros.</summary>
    internal long Rows => (Length + Row - 1) / Row;

    internal int Segments => (int)((Rows + SegmentRows - 1) / SegmentRows);

    /// <summary>Where all CRCs come for the second time.</summary>
    internal long SecondTables
    {
        get
        {
            ParitySegment last = Segment(Segments - 1);
            return last.RowsOffset + ((long)last.Parity * last.Stripes * Row);
        }
    }

    /// <summary>Length of the parity object in bytes.</summary>
    internal long ObjectLength
    {
        get
        {
            ParitySegment last = Segment(Segments - 1);
            return last.SecondTable + last.TableLength + ParityHead.Size;
        }
    }

    /// <summary>The shape of parity for a pack.</summary>
    /// <param name="length">Length of the pack in bytes.</param>
    /// <param name="percent">Size of the parity in percent of the pack: 1 to 100.</param>
    internal static ParityShape Of(long length, int percent)
    {
        int data = Math.Min(UsualData, StripeCode.Rows * 100 / (100 + percent));
        return new ParityShape(length, data, Math.Min(StripeCode.Rows - data, ((data * percent) + 99) / 100));
    }

    /// <summary>Whether the values are possible; only then are the other members meaningful.</summary>
    internal bool IsValid => Length is >= 1 and <= LengthLimit && Data >= 1 && Parity >= 1 && Data + Parity <= StripeCode.Rows;

    internal ParitySegment Segment(int number)
    {
        long first = (long)number * SegmentRows;
        ParitySegment full = SegmentOf(Math.Min(SegmentRows, (int)Math.Min(Rows, SegmentRows)));
        ParitySegment segment = SegmentOf((int)Math.Min(SegmentRows, Rows - first));
        long offset = ParityHead.Size + (number * (full.TableLength + full.RowsLength));
        int last = Segments - 1;
        ParitySegment end = number == last ? segment : SegmentOf((int)(Rows - ((long)last * SegmentRows)));
        long tables = ParityHead.Size + (last * (full.TableLength + full.RowsLength)) + end.TableLength + end.RowsLength;
        return segment with { FirstRow = first, Offset = offset, SecondTable = tables + (number * full.TableLength) };
    }

    private ParitySegment SegmentOf(int rows)
    {
        int stripes = (rows + Data - 1) / Data;
        int data = (rows + stripes - 1) / stripes;

        // A short pack gets its share, but no less than two rows can be lost.
        int parity = Math.Min(Parity, Math.Max(2, ((data * Parity) + Data - 1) / Data));
        return new ParitySegment(rows, data, parity, stripes);
    }
}
