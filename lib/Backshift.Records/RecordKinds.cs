namespace Backshift.Records;

/// <summary>The names and properties of the kinds of record.</summary>
public static class RecordKinds
{
    /// <summary>The kind with this name.</summary>
    public static RecordKind Of(ReadOnlySpan<byte> name) => name switch
    {
        _ when name.SequenceEqual("chunk"u8) => RecordKind.Chunk,
        _ when name.SequenceEqual("entry"u8) => RecordKind.Entry,
        _ when name.SequenceEqual("hole"u8) => RecordKind.Hole,
        _ when name.SequenceEqual("list"u8) => RecordKind.List,
        _ when name.SequenceEqual("data"u8) => RecordKind.Data,
        _ when name.SequenceEqual("problem"u8) => RecordKind.Problem,
        _ when name.SequenceEqual("fork"u8) => RecordKind.Fork,
        _ when name.SequenceEqual("begin"u8) => RecordKind.Begin,
        _ when name.SequenceEqual("end"u8) => RecordKind.End,
        _ => RecordKind.Other,
    };

    /// <summary>Whether records of the kind belong to the entry before them, and are dropped with it.</summary>
    public static bool BelongsToEntry(this RecordKind kind) =>
        kind is RecordKind.Data or RecordKind.Chunk or RecordKind.List or RecordKind.Hole or RecordKind.Fork;
}
