namespace Backshift.Objects;

/// <summary>What a lease keeps others from.</summary>
public enum LeaseKind
{
    /// <summary>Held by every writer at once, for as long as it relies on what it has seen: a collector that would delete keeps away.</summary>
    Presence,

    /// <summary>Held by one writer at a time while it publishes a pack: of two with the same pack the second sees that of the first.</summary>
    Publishing,

    /// <summary>Held by one writer at a time while it joins runs of the index.</summary>
    Tidying,
}
