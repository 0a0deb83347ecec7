namespace Backshift.Objects;

/// <summary>What a program reads first of a repository: where requests take long, it can be asked for before anything else is known.</summary>
public enum FirstReads
{
    /// <summary>Nothing that all programs of its kind read.</summary>
    Other,

    /// <summary>The listing of the savesets.</summary>
    Savesets,

    /// <summary>What one saveset holds, after that listing.</summary>
    Trees,
}
