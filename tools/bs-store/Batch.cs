using System.Buffers;
using Backshift.Records;
using Backshift.Repository.Working;

namespace Backshift.Tools.Store;

/// <summary>A run of records, with the contents of its chunks in one buffer. A worker takes the digests; then it is stored, in order. Used again and again.</summary>
internal sealed class Batch : Job
{
    private const int Full = 1 << 20;

    // Entries without contents are many to a megabyte. Eight times as many live in so many batches that they reach the oldest generation, and the heap is 90 MB larger.
    private const int MaxItems = 512;

    private readonly List<BatchItem> items = [];
    private byte[] buffer = GC.AllocateUninitializedArray<byte>(Full);
    private int filled;
    private int held;

    internal int Count => items.Count;

    /// <summary>Whether the batch should be handed over.</summary>
    internal bool IsFull => filled + held >= Full - (64 << 10) || items.Count >= MaxItems;

    internal BatchItem this[int number] => items[number];

    /// <summary>The content of a chunk; valid until the batch is cleared.</summary>
    internal ReadOnlySpan<byte> BytesOf(BatchItem item) => buffer.AsSpan(item.Offset, item.Size);

    /// <summary>Adds a chunk and copies its content.</summary>
    internal void Add(ChunkRecord chunk)
    {
        if (!chunk.IsReference)
        {
            if (filled + chunk.Size > buffer.Length)
            {
                Array.Resize(ref buffer, filled + chunk.Size);
            }

            chunk.Bytes.CopyTo(buffer.AsSpan(filled));
        }

        items.Add(new BatchItem { Kind = RecordKind.Chunk, Offset = filled, Size = chunk.Size, Given = chunk.Digest, IsReference = chunk.IsReference });
        filled += chunk.IsReference ? 0 : chunk.Size;
    }

    /// <summary>Adds anything else.</summary>
    /// <param name="item">The item.</param>
    /// <param name="length">How long its record is: one may have megabytes of attributes, and all of a batch is in memory.</param>
    internal void Add(BatchItem item, long length)
    {
        items.Add(item);
        held += (int)length;
    }

    internal void Clear()
    {
        items.Clear();
        filled = 0;
        held = 0;
    }

    protected override void Execute(WorkerContext context)
    {
        foreach (BatchItem item in items)
        {
            if (item.Kind == RecordKind.Chunk && !item.IsReference)
            {
                item.Digest = Digest.Of(BytesOf(item));
            }
        }
    }
}
