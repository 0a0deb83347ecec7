namespace Backshift.Records;

/// <summary>The kinds of record of backshift-stream(5).</summary>
public enum RecordKind
{
    /// <summary>A kind that is not known here; it is passed on as it is.</summary>
    Other,
    Begin,
    Entry,
    Data,
    Chunk,
    List,
    Hole,
    Fork,
    Problem,
    End,
}
