namespace Backshift.Remote.Messages;

/// <summary>What a client wants of a server.</summary>
internal enum StoreWish
{
    /// <summary>A repository that is there.</summary>
    Open,

    /// <summary>A place for one.</summary>
    Make,

    /// <summary>Only to know what is there.</summary>
    Look,
}
