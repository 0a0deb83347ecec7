namespace Backshift.Fuzz.Streams;

/// <summary>What a hostile stream does that the page forbids, or that only somebody does who means no good.</summary>
internal enum Malice
{
    Path,
    Host,
    Started,
    Type,
    Chunk,
    KeyTwice,
    ReservedKey,
    DeepKey,
    LargeKey,
    AttributeName,
    TargetWithNul,
    StrayContent,
    BelowOthers,
    ForeignStream,
    NoDevice,
    Spoilt,
    Cut,
}
