namespace Backshift.Tools.Untar;

/// <summary>The state of a name in an archive.</summary>
/// <param name="State">Its current state.</param>
/// <param name="IsUsed">Whether something lies in the directory, or another name was a link to it.</param>
/// <param name="Version">How many things have had the name before.</param>
/// <param name="Note">Of a link, where in the notes the rest is; of a file, its size.</param>
internal readonly record struct NameFacts(NameState State, bool IsUsed, uint Version, long Note);
