namespace Backshift.Fuzz.Streams;

/// <summary>How well a stream is meant.</summary>
internal enum Mood
{
    /// <summary>As our own programs write them: bs-store ends with 0.</summary>
    Valid,

    /// <summary>What the page allows and hardly anybody writes: bs-store ends with 0 or 3.</summary>
    Odd,

    /// <summary>What the page forbids, too: bs-store may refuse it.</summary>
    Hostile,
}
