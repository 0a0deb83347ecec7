namespace Backshift.Tooling;

/// <summary>What a program does whose progress is shown.</summary>
public enum ProgressKind
{
    /// <summary>It stores entries in a repository: what is new there, and what was written, is shown too.</summary>
    Storing,

    /// <summary>It writes files from a repository: what was fetched of it is shown too.</summary>
    Restoring,

    /// <summary>It copies packs: these are counted, and their bytes.</summary>
    Copying,
}
