using System.Buffers;
using Backshift.Records;
using Backshift.Repository.Codecs;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Chunks;

/// <summary>
/// Makes deltas of new chunks against earlier ones. While a chunk waits its turn, workers decode the blocks that its earlier versions lie in; that is most of
/// the work, which the thread that stores would otherwise do alone.
/// </summary>
internal sealed class DeltaQueue
{
    // Deltas on deltas: each step is a block more to read for a restore.
    private const int MaxDepth = 8;

    // All blocks that a delta needs. A quarter of what a reader must support, since it may find other copies of them, and recompression may put its prefixes
    // into longer ones; enough for eight steps of chunks of 512 KiB.
    private const long MaxClosure = PackLimits.Closure / 4;
    private const int MostBytes = 4 << 20;

    private readonly StoredChunks stored;
    private readonly Func<ChunkReader> reader;
    private readonly CodecChoice codec;
    private readonly BlockAssembler assembler;
    private readonly int most;
    private readonly bool verifies;
    private readonly Queue<Waiting> waiting = new();
    private int bytes;

    /// <param name="stored">Finds earlier chunks that can be built on.</param>
    /// <param name="reader">Reads them; called when the first is needed.</param>
    /// <param name="codec">What new chunks are compressed with.</param>
    /// <param name="assembler">Takes the deltas, and whole what cannot be one.</param>
    /// <param name="most">How many chunks wait; none where the reader does not read ahead.</param>
    /// <param name="verifies">Whether each delta is decompressed again before it is written.</param>
    internal DeltaQueue(StoredChunks stored, Func<ChunkReader> reader, CodecChoice codec, BlockAssembler assembler, int most, bool verifies)
    {
        this.verifies = verifies;
        this.stored = stored;
        this.reader = reader;
        this.codec = codec;
        this.assembler = assembler;
        this.most = most;
    }

    /// <summary>Takes a new chunk, unless there is nothing to make a delta against.</summary>
    /// <param name="digest">Its digest.</param>
    /// <param name="content">Its content; copied.</param>
    /// <param name="ancestors">The chunks that it is likely to resemble.</param>
    internal bool TryAdd(Digest digest, ReadOnlySpan<byte> content, IReadOnlyList<Digest> ancestors)
    {
        if (ancestors.Count == 0 || codec.Codec != Codec.Zstd)
        {
            return false;
        }

        long length = 0;
        int depth = 0;
        DeltaNode[] blocks = new DeltaNode[ancestors.Count];
        for (int i = 0; i < blocks.Length; i++)
        {
            // Chunks that this writer has not published yet cannot be read, nor those that it may only write.
            if (stored.Find(ancestors[i]) is not { } place || place.Pack.Directory.Block(place.Block).Offset < place.Pack.Stored.KnownFrom)
            {
                return false;
            }

            blocks[i] = stored.NodeOf(place);
            length += place.Size;
            depth = Math.Max(depth, blocks[i].Depth + 1);
        }

        if (length > PackLimits.Content || depth > MaxDepth || stored.CostOf(blocks, MaxClosure) > MaxClosure)
        {
            return false;
        }

        // Whether the delta turns out to be worth it is not known yet: then a pack too many is named.
        foreach (DeltaNode block in blocks)
        {
            stored.Rely(block);
        }

        byte[] copy = ArrayPool<byte>.Shared.Rent(content.Length);
        content.CopyTo(copy);
        Waiting chunk = new(digest, copy, content.Length, [.. ancestors], (int)length, (byte)depth);
        waiting.Enqueue(chunk);
        bytes += content.Length;
        if (most > 0)
        {
            // Where too much is under way already, Read will fetch it when its turn comes.
            _ = Array.TrueForAll(chunk.Ancestors, reader().Prefetch);
        }

        // By number and length alone, so that what is stored does not depend on timing.
        while (waiting.Count > most || bytes > MostBytes)
        {
            MakeOldest();
        }

        return true;
    }

    /// <summary>Makes deltas of all that wait.</summary>
    internal void Finish()
    {
        while (waiting.Count > 0)
        {
            MakeOldest();
        }
    }

    private void MakeOldest()
    {
        Waiting oldest = waiting.Dequeue();
        bytes -= oldest.Size;
        byte[] prefix = ArrayPool<byte>.Shared.Rent(oldest.Length);
        if (TryRead(oldest, prefix) && !BlockCodec.LooksLikeDictionary(prefix.AsSpan(0, oldest.Length)))
        {
            assembler.Add(new DeltaJob(codec, oldest.Digest, oldest.Content, oldest.Size, oldest.Ancestors, prefix, oldest.Length, oldest.Depth)
            {
                IsVerified = verifies,
            });
        }
        else
        {
            ArrayPool<byte>.Shared.Return(prefix);
            assembler.Add(oldest.Digest, oldest.Content.AsSpan(0, oldest.Size));
            ArrayPool<byte>.Shared.Return(oldest.Content);
        }
    }

    private bool TryRead(Waiting chunk, byte[] prefix)
    {
        try
        {
            int filled = 0;
            foreach (Digest ancestor in chunk.Ancestors)
            {
                ReadOnlySpan<byte> earlier = reader().Read(ancestor).Span;
                earlier.CopyTo(prefix.AsSpan(filled));
                filled += earlier.Length;
            }

            return filled == chunk.Length;
        }
        catch (BackshiftException)
        {
            // An ancestor is damaged: the chunk is stored whole, and bs-check reports the damage.
            return false;
        }
    }

    /// <summary>A chunk whose turn has not come.</summary>
    private sealed record Waiting(Digest Digest, byte[] Content, int Size, Digest[] Ancestors, int Length, byte Depth);
}
