namespace Backshift.Repository.Parity;

/// <summary>A part of a pack whose rows have parity together.</summary>
/// <param name="Rows">Its rows.</param>
/// <param name="Parity">Its parity rows.</param>
internal readonly record struct ParitySegment(int Rows, int Parity)
{
    /// <summary>Its first row in the pack.</summary>
    internal long FirstRow { get; init; }

    /// <summary>Its first row in the parity object.</summary>
    internal long ObjectRow { get; init; }

    /// <summary>Table rows that its checksums take; there is one more, and as many, for the parity of these.</summary>
    internal int Tables => (Rows + Parity + ParityTable.Checksums - 1) / ParityTable.Checksums;

    internal int AllTables => (2 * Tables) + 1;

    /// <summary>Its rows in the parity object.</summary>
    internal int ObjectRows => AllTables + Parity;

    /// <summary>Where a table row is in the parity object.</summary>
    internal long TableOffset(int table) => (ObjectRow + table + (table < Tables ? 0 : Parity)) * ParityShape.Row;

    /// <summary>Where a parity row is in the parity object.</summary>
    internal long ParityOffset(int row) => (ObjectRow + Tables + row) * ParityShape.Row;
}
