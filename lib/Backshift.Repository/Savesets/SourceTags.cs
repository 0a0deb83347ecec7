namespace Backshift.Repository.Savesets;

/// <summary>What was said of a saveset in the repository that it was copied from, when that was taken over last; see backshift-repository(5),
/// "Copied savesets".</summary>
/// <param name="Tags">The tags that counted there.</param>
/// <param name="Note">The note, or null.</param>
/// <param name="Hold">Whether it was on hold.</param>
public sealed record SourceTags(IReadOnlyList<string> Tags, string? Note, bool Hold)
{
    /// <summary>Whether the same is said.</summary>
    internal bool IsSame(SourceTags? other) => other is not null && Tags.SequenceEqual(other.Tags) && Note == other.Note && Hold == other.Hold;
}
