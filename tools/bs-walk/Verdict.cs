namespace Backshift.Tools.Walk;

/// <summary>Whether the contents of a directory are kept.</summary>
internal enum Verdict
{
    Keep,

    /// <summary>It is a cache: only its tag is kept.</summary>
    KeepTag,

    LeaveOut,
}
