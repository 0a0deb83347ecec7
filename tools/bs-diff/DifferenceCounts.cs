using Backshift.Tooling;

namespace Backshift.Tools.Diff;

/// <summary>How many differences of each kind were found.</summary>
internal readonly record struct DifferenceCounts(long Added, long Changed, long Removed)
{
    /// <summary>"12 added, 3 changed, 1 removed".</summary>
    public override string ToString() => $"{SizeText.Count(Added)} added, {SizeText.Count(Changed)} changed, {SizeText.Count(Removed)} removed";
}
