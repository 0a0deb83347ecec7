using System.Buffers;
using Backshift.Records;

namespace Backshift.Tools.Since;

/// <summary>Records that wait, in the order in which they came.</summary>
internal sealed class RecordBatch
{
    // 32,000 entries of the usual length; a record that goes over the edge is at most 16 MiB more.
    private const int MaxBytes = 8 << 20;
    private const int MaxRecords = 32 << 10;

    private readonly ArrayBufferWriter<byte> bytes = new();
    private readonly List<(RecordKind Kind, int Start, int Length)> records = [];

    internal bool IsFull => bytes.WrittenCount >= MaxBytes || records.Count >= MaxRecords;

    internal int Count => records.Count;

    /// <summary>Adds a record; copied.</summary>
    internal void Add(RecordKind kind, ReadOnlySequence<byte> encoded)
    {
        records.Add((kind, bytes.WrittenCount, (int)encoded.Length));
        foreach (ReadOnlyMemory<byte> piece in encoded)
        {
            bytes.Write(piece.Span);
        }
    }

    internal RecordKind KindOf(int number) => records[number].Kind;

    /// <summary>A record as it came; valid until the batch is cleared.</summary>
    internal ReadOnlySequence<byte> this[int number] => new(bytes.WrittenMemory.Slice(records[number].Start, records[number].Length));

    internal void Clear()
    {
        bytes.ResetWrittenCount();
        records.Clear();
    }
}
