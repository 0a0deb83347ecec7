using System.Buffers;
using Backshift.Records;
using Backshift.Repository.Workers;

namespace Backshift.Tools.Store;

/// <summary>
/// A run of records. A worker takes the digests of its chunks; then it is stored, in order. Used again and again. The contents of chunks stay where the reader
/// has put them, which has to keep them for as long as the batch is not cleared; to copy them would take a twentieth of the time of a save.
/// </summary>
internal sealed class Batch : Job
{
    private const int Full = 1 << 20;

    // Entries without contents are many to a megabyte. Eight times as many live in so many batches that they reach the oldest generation, and the heap is 90 MB
    // larger.
    private const int MaxItems = 512;

    private readonly ChunkNaming naming;
    private readonly List<BatchItem> items = [];
    private long held;

    /// <param name="naming">How the chunks of the repository are named.</param>
    internal Batch(ChunkNaming naming) => this.naming = naming;

    internal int Count => items.Count;

    /// <summary>Whether the batch should be handed over.</summary>
    internal bool IsFull => held >= Full - (64 << 10) || items.Count >= MaxItems;

    /// <summary>Where the first record starts, if there is one.</summary>
    internal SequencePosition Start { get; private set; }

    internal BatchItem this[int number] => items[number];

    /// <summary>Adds a chunk.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="encoded">Its record.</param>
    internal void Add(ChunkRecord chunk, ReadOnlySequence<byte> encoded)
    {
        ReadOnlyMemory<byte> bytes = chunk.Bytes.First;
        byte[]? rented = null;
        if (!chunk.Bytes.IsSingleSegment)
        {
            // Where the reader's buffers meet, a chunk lies in two of them.
            rented = ArrayPool<byte>.Shared.Rent(chunk.Size);
            chunk.Bytes.CopyTo(rented);
            bytes = rented.AsMemory(0, chunk.Size);
        }

        Add(new BatchItem { Kind = RecordKind.Chunk, Bytes = bytes, Rented = rented, Size = chunk.Size, Given = chunk.Digest, IsReference = chunk.IsReference },
            encoded);
    }

    /// <summary>Adds anything else.</summary>
    /// <param name="item">The item.</param>
    /// <param name="encoded">Its record. One may have megabytes of attributes, and all of a batch is in memory.</param>
    internal void Add(BatchItem item, ReadOnlySequence<byte> encoded)
    {
        if (items.Count == 0)
        {
            Start = encoded.Start;
        }

        items.Add(item);
        held += encoded.Length;
    }

    internal void Clear()
    {
        foreach (BatchItem item in items)
        {
            if (item.Rented is { } rented)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }

        items.Clear();
        held = 0;
    }

    protected override void Execute(WorkerContext context)
    {
        // Two at a time, which takes less time than one after the other.
        BatchItem? waiting = null;
        foreach (BatchItem item in items)
        {
            if (item.Kind != RecordKind.Chunk || item.IsReference)
            {
                continue;
            }

            if (waiting is null)
            {
                waiting = item;
                continue;
            }

            Name(waiting, item);
            waiting = null;
        }

        if (waiting is not null)
        {
            waiting.Digest = naming.Of(waiting.Bytes.Span);
            waiting.IsWrong = waiting.Given is { } given && given != (naming.IsPlain ? waiting.Digest : ChunkNaming.Plain.Of(waiting.Bytes.Span));
        }
    }

    private void Name(BatchItem first, BatchItem second)
    {
        naming.OfBoth(first.Bytes.Span, second.Bytes.Span, out Digest name, out Digest other);
        (first.Digest, second.Digest) = (name, other);
        if (!naming.IsPlain && (first.Given ?? second.Given) is not null)
        {
            // A stream has plain digests.
            ChunkNaming.Plain.OfBoth(first.Bytes.Span, second.Bytes.Span, out name, out other);
        }

        first.IsWrong = first.Given is { } given && given != name;
        second.IsWrong = second.Given is { } otherGiven && otherGiven != other;
    }
}
