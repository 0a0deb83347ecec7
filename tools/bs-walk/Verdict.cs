namespace Backshift.Tools.Walk;

/// <summary>What becomes of what lies in a directory.</summary>
internal enum Verdict
{
    Keep,

    /// <summary>It is a cache: only its tag is kept.</summary>
    KeepTag,

    LeaveOut,
}
