using Backshift.Posix;

namespace Backshift.Tools.Untar;

/// <summary>How to handle an entry of an archive.</summary>
/// <param name="Kind">The action.</param>
/// <param name="Why">Why it is left out, if it is.</param>
/// <param name="Root">Of a link that is not, the path of the entry that it is another name of.</param>
internal readonly record struct Placement(PlacementKind Kind, string? Why = null, BytePath Root = default);
