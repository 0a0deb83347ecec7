namespace Backshift.Repository.Searching;

/// <summary>What came after a version of a file.</summary>
public enum VersionEnd
{
    /// <summary>It is in the latest saveset.</summary>
    Stays,

    /// <summary>A later saveset has another version.</summary>
    Changed,

    /// <summary>The next complete saveset does not have the file.</summary>
    Gone,
}
