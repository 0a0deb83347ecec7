namespace Backshift.Repository.Indexes;

/// <summary>Why a run cannot be used.</summary>
internal enum RunTrouble
{
    None,

    /// <summary>It is gone: a run that replaces it was published.</summary>
    Gone,

    /// <summary>It cannot be read at the moment.</summary>
    Unreadable,

    /// <summary>It is of a version or kind that is not known here, and is left alone.</summary>
    Foreign,

    /// <summary>Its bytes are not those that were written, or break the rules: a writer may replace it.</summary>
    Damaged,
}
