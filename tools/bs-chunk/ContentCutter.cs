using System.Buffers;
using Backshift.Chunking;
using Backshift.Records;

namespace Backshift.Tools.Chunk;

/// <summary>Cuts content into chunk records. The bytes between two cuts must be contiguous, so the caller keeps the rest that was not cut yet.</summary>
internal sealed class ContentCutter
{
    private readonly Cutter cutter;
    private readonly RecordWriter output;
    private readonly bool digests;
    private readonly EarlierContent earlier;
    private byte[] gathered = [];
    private int length;
    private int scanned;

    internal ContentCutter(ChunkSettings settings, RecordWriter output)
    {
        cutter = new Cutter(settings.Key, settings.Average);
        digests = settings.Digests;
        earlier = new EarlierContent(settings.Naming);
        this.output = output;
    }

    /// <summary>The longest rest that <see cref="CutAsync"/> can leave, and a byte.</summary>
    internal int Maximum => cutter.Sizes.Maximum;

    /// <summary>Bytes that were passed on as references.</summary>
    internal long SameBytes { get; private set; }

    /// <inheritdoc cref="EarlierContent.Expect"/>
    internal void Expect(IReadOnlyList<EarlierChunk>? earlier, int? same = null) => this.earlier.Expect(earlier, same);

    /// <summary>Writes every chunk of <paramref name="content"/> that is certain.</summary>
    /// <param name="content">Begins with the rest that the last call left.</param>
    /// <param name="last">Whether the run of data ends with it: then no rest is left.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>How many bytes were written; those after them are the rest.</returns>
    internal async ValueTask<int> CutAsync(ReadOnlyMemory<byte> content, bool last, CancellationToken cancel)
    {
        int done = 0;
        while (true)
        {
            if (scanned == 0 && !earlier.IsEmpty && earlier.TryNext(content.Span[done..], last, out EarlierChunk same))
            {
                output.WriteChunk(same.Digest, same.Size, []);
                SameBytes += same.Size;
                done += same.Size;
                await output.FlushIfFullAsync(cancel);
                continue;
            }

            int size = cutter.NextCut(content.Span[done..], last, ref scanned);
            if (size == 0)
            {
                return done;
            }

            Write(content.Span.Slice(done, size));
            done += size;
            await output.FlushIfFullAsync(cancel);
        }
    }

    private void Write(ReadOnlySpan<byte> chunk)
    {
        if (!earlier.IsEmpty && earlier.TryFind(chunk, out Digest known))
        {
            output.WriteChunk(known, chunk.Length, []);
            SameBytes += chunk.Length;
            return;
        }

        // Beside the content the digest is one that any reader can verify.
        output.WriteChunk(digests ? ChunkNaming.Plain.Of(chunk) : null, chunk.Length, chunk);
    }

    /// <summary>Takes content that comes in pieces of any length; it is copied.</summary>
    internal async ValueTask AddAsync(ReadOnlySequence<byte> content, CancellationToken cancel)
    {
        if (gathered.Length == 0)
        {
            gathered = new byte[FileReading.Small + Maximum];
        }

        while (!content.IsEmpty)
        {
            int count = (int)Math.Min(content.Length, gathered.Length - length);
            content.Slice(0, count).CopyTo(gathered.AsSpan(length));
            content = content.Slice(count);
            length += count;
            int done = await CutAsync(gathered.AsMemory(0, length), last: false, cancel);
            gathered.AsSpan(done, length - done).CopyTo(gathered);
            length -= done;
        }
    }

    /// <summary>Writes what is left of the content that came in pieces.</summary>
    internal async ValueTask FinishAsync(CancellationToken cancel)
    {
        if (length > 0)
        {
            await CutAsync(gathered.AsMemory(0, length), last: true, cancel);
            length = 0;
        }
    }
}
