namespace Backshift.Repository.Parity;

/// <summary>A part of a pack whose rows have parity together. Row r of the segment is row r mod stripes of shard r / stripes.</summary>
/// <param name="Rows">Its rows.</param>
/// <param name="Data">Shards that they make.</param>
/// <param name="Parity">Parity shards.</param>
/// <param name="Stripes">Rows of a shard; the first rows of all shards make a stripe, and so on.</param>
internal readonly record struct ParitySegment(int Rows, int Data, int Parity, int Stripes)
{
    /// <summary>Its first row in the pack.</summary>
    internal long FirstRow { get; init; }

    /// <summary>Where its CRCs are in the parity object.</summary>
    internal long Offset { get; init; }

    /// <summary>Where they are a second time.</summary>
    internal long SecondTable { get; init; }

    /// <summary>Length in bytes of what the CRCs of a stripe take, with their own.</summary>
    internal int StripeTable => (Data + Parity + 1) * ParityShape.Crc;

    internal long TableLength => (long)Stripes * StripeTable;

    /// <summary>Length of all parity rows in bytes.</summary>
    internal long RowsLength => (long)Parity * Stripes * ParityShape.Row;

    /// <summary>Where its parity rows begin.</summary>
    internal long RowsOffset => Offset + TableLength;

    /// <summary>Where a parity row is.</summary>
    internal long ParityRow(int parity, int stripe) => RowsOffset + ((((long)parity * Stripes) + stripe) * ParityShape.Row);
}
