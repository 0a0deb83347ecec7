namespace Backshift.Paths.Patterns;

/// <summary>What a step of a pattern matches.</summary>
internal enum StepKind
{
    /// <summary>One byte of a set.</summary>
    Bytes,

    /// <summary>Any number of bytes other than '/'.</summary>
    Star,

    /// <summary>Any number of bytes.</summary>
    StarStar,

    /// <summary>Any number of whole components, each with its slash: "**/".</summary>
    Directories,
}
