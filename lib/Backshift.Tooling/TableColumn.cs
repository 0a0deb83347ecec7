namespace Backshift.Tooling;

/// <summary>A column of a table.</summary>
/// <param name="Title">Its text in the header.</param>
/// <param name="AlignRight">Whether its cells are aligned at the right, as numbers are.</param>
public readonly record struct TableColumn(string Title, bool AlignRight = false);
