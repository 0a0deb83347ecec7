namespace Backshift.Tooling;

/// <summary>A piece of a status line.</summary>
/// <param name="Text">Its text; empty for none.</param>
/// <param name="Rank">Its rank: if there is no room for all parts, those with the highest rank are dropped first.</param>
internal readonly record struct StatusPart(string Text, int Rank);
