namespace Backshift.Testing.Model;

/// <summary>Kinds of stores.</summary>
public enum ModelStore
{
    /// <summary>Listings are right at once.</summary>
    Immediate,

    /// <summary>Listings lag for hours.</summary>
    Lagging,

    /// <summary>Listings leave savesets out now and then.</summary>
    Omitting,

    /// <summary>A disk of one machine, which others reach by a network: listings are right at once there, and lag for the others.</summary>
    TwoPaths,
}
