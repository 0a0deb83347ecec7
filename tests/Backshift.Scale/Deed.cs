namespace Backshift.Scale;

/// <summary>What is to be done.</summary>
internal enum Deed
{
    /// <summary>Make the repository, in a process of its own, and measure.</summary>
    Run,

    /// <summary>Make the repository.</summary>
    Make,

    /// <summary>Measure what was made: everything, each in a process of its own, or one thing, in this one.</summary>
    Measure,

    /// <summary>Make the repository unless it is there, and count what programs ask of it as if it was in a bucket of S3.</summary>
    Requests,
}
