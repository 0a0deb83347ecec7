namespace Backshift.Objects;

/// <summary>From which end the first bytes of an object are read when it is opened.</summary>
public enum ObjectEnd
{
    /// <summary>Its first bytes: of a run, which has its head there.</summary>
    Head,

    /// <summary>Its last bytes: of a pack, whose directory lies there, and of whatever is most often short enough to be had whole.</summary>
    Tail,
}
