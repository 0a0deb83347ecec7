namespace Backshift.Tools.Expire;

/// <summary>Which time of a saveset the rules go by.</summary>
internal enum TimeBasis
{
    /// <summary>When the repository received it.</summary>
    Received,

    /// <summary>When the host says that it began.</summary>
    Started,
}
