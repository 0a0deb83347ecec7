using System.Buffers;
using Backshift.Records;

namespace Backshift.Tools.Since;

/// <summary>Records that wait, in the order in which they came.</summary>
internal sealed class RecordBatch
{
    // 32,000 entries of the usual length; a record that goes over the edge is at most 16 MiB more.
    private const int MaxBytes = 8 << 20;
    private const int MaxRecords = 32 << 10;

    // The finding for a file names its chunks: up to 256 of them in an entry, and at the smallest average there is one for each 4 KiB. So all of it takes 5 MB
    // or so.
    private const long MaxChunks = 128 << 10;
    private const int ChunksOfEntry = 256;
    private const int LeastAverage = 4 << 10;

    private readonly ArrayBufferWriter<byte> bytes = new();
    private readonly List<(RecordKind Kind, int Start, int Length)> records = [];

    private long chunks;

    internal bool IsFull => bytes.WrittenCount >= MaxBytes || records.Count >= MaxRecords || chunks >= MaxChunks;

    internal int Count => records.Count;

    /// <summary>Adds a record; copied.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="encoded">The record.</param>
    /// <param name="size">The length of the file, of an entry of one.</param>
    internal void Add(RecordKind kind, ReadOnlySequence<byte> encoded, long size)
    {
        chunks += Math.Min(size / LeastAverage, ChunksOfEntry);
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
        chunks = 0;
    }
}
