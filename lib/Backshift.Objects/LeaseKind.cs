namespace Backshift.Objects;

/// <summary>What a lease keeps others from.</summary>
public enum LeaseKind
{
    /// <summary>Held by nobody beside programs from before there were intents, all of which held a shared lock in its place while they wrote.</summary>
    Alone,

    /// <summary>Held by one writer at a time while it publishes a pack: of two with the same pack the second sees that of the first.</summary>
    Publishing,

    /// <summary>Held by one writer at a time while it joins runs of the index.</summary>
    Tidying,
}
