namespace Backshift.Repository.Parity;

/// <summary>How the rows of a pack are arranged for parity; see backshift-repository(5), "PARITY".</summary>
/// <param name="Length">Length of the pack in bytes, at least 1.</param>
/// <param name="Percent">Size of the parity in percent of the pack: 1 to 100.</param>
internal readonly record struct ParityShape(long Length, int Percent)
{
    /// <summary>Length of a row in bytes.</summary>
    internal const int Row = 4096;

    /// <summary>Rows of a segment, at most: a pack as they usually are has one.</summary>
    internal const int SegmentRows = 9216;

    /// <summary>Limit on the length of a pack in bytes.</summary>
    internal const long LengthLimit = 1L << 40;

    // Two rows can be lost of the shortest pack.
    private const int ParityMinimum = 2;

    /// <summary>Whether the values are possible; only then are the other members meaningful.</summary>
    internal bool IsValid => Length is >= 1 and <= LengthLimit && Percent is >= 1 and <= 100;

    /// <summary>Rows of the pack; the last one is filled with zeros.</summary>
    internal long Rows => (Length + Row - 1) / Row;

    internal int Segments => (int)((Rows + SegmentRows - 1) / SegmentRows);

    /// <summary>Length of the parity object in bytes.</summary>
    internal long ObjectLength
    {
        get
        {
            ParitySegment last = Segment(Segments - 1);
            return (last.ObjectRow + last.ObjectRows) * Row;
        }
    }

    internal ParitySegment Segment(int number)
    {
        long first = (long)number * SegmentRows;
        long before = number == 0 ? 0 : (long)number * SegmentOf(SegmentRows).ObjectRows;
        return SegmentOf((int)Math.Min(SegmentRows, Rows - first)) with { FirstRow = first, ObjectRow = before };
    }

    private ParitySegment SegmentOf(int rows) => new(rows, Math.Max(ParityMinimum, ((rows * Percent) + 99) / 100));
}
