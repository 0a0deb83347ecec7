namespace Backshift.Repository.Copying;

/// <summary>What bs-copy is to do.</summary>
public sealed record CopyOptions
{
    /// <summary>The savesets, as the user named them; none for all that the other repository lacks.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Whether only savesets are copied that are later than all of the same host and subset there.</summary>
    public bool Newer { get; init; }

    /// <summary>Whether nothing is changed.</summary>
    public bool DryRun { get; init; }
}
