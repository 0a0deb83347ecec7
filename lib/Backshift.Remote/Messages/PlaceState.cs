namespace Backshift.Remote.Messages;

/// <summary>What is in a place.</summary>
internal enum PlaceState
{
    /// <summary>A repository, whole or not.</summary>
    Repository,

    /// <summary>Nothing: one could be made there.</summary>
    Vacant,

    /// <summary>Something else.</summary>
    Occupied,
}
