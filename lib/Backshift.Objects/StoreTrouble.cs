namespace Backshift.Objects;

/// <summary>Why a store did not do what it was asked.</summary>
public enum StoreTrouble
{
    /// <summary>This program may not do it there: no right, or storage that cannot be written to. Asking again gives the same answer.</summary>
    Refused,

    /// <summary>The store could not: a bad sector, a full disk, a connection that was lost. It may work another time.</summary>
    Broken,
}
