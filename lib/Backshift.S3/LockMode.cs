namespace Backshift.S3;

/// <summary>Who may take an object lock away before its time.</summary>
public enum LockMode
{
    /// <summary>No user at all.</summary>
    Compliance,

    /// <summary>Users with a right of their own for that.</summary>
    Governance,
}
