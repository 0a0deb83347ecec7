namespace Backshift.Tools.Restore;

/// <summary>How much a file that is there is like the saved one.</summary>
internal enum Likeness
{
    /// <summary>It is not there, was not compared, or has another content.</summary>
    Different,

    /// <summary>The content is the same, and attributes differ.</summary>
    SameContent,

    /// <summary>Nothing differs.</summary>
    Same,
}
