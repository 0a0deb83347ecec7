namespace Backshift.Tools.Untar;

/// <summary>How to handle an entry of an archive.</summary>
internal enum PlacementKind
{
    /// <summary>It is written.</summary>
    Written,

    /// <summary>It says what is so already: a link to the file that has the name.</summary>
    Known,

    /// <summary>A link whose target has not come: it is kept until the end.</summary>
    Waits,

    /// <summary>It has no place.</summary>
    LeftOut,
}
