namespace Backshift.Repository.Parity;

/// <summary>Fills in consecutive rows, of which those that are lost are zeros.</summary>
/// <param name="first">The first row.</param>
/// <param name="rows">All bytes of them.</param>
internal delegate void RowSource(int first, Span<byte> rows);
