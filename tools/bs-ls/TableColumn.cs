namespace Backshift.Tools.List;

/// <summary>A column of a table.</summary>
/// <param name="Title">Its text in the header.</param>
/// <param name="AlignRight">Whether its cells are aligned at the right, as numbers are.</param>
internal readonly record struct TableColumn(string Title, bool AlignRight = false);
