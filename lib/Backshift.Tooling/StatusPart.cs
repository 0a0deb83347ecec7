namespace Backshift.Tooling;

/// <summary>A piece of a status line.</summary>
/// <param name="Text">What it says; empty for nothing.</param>
/// <param name="Rank">How dispensable it is: where there is no room for all, those with the highest numbers go first.</param>
internal readonly record struct StatusPart(string Text, int Rank);
