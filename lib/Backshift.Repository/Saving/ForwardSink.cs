using System.Buffers;
using Backshift.Records;
using Backshift.Repository.Chunks;

namespace Backshift.Repository.Saving;

/// <summary>Passes the stream on, with references in place of contents; for bs-index, which records it.</summary>
public sealed class ForwardSink : IEntrySink
{
    private readonly RecordWriter writer;
    private readonly ChunkStore chunks;

    /// <param name="writer">Flushed by whoever owns it.</param>
    /// <param name="chunks">Keeps the chunks; not closed with the sink.</param>
    public ForwardSink(RecordWriter writer, ChunkStore chunks)
    {
        this.writer = writer;
        this.chunks = chunks;
    }

    public void Begin(BeginRecord begin) => writer.Write(begin);

    public bool StartEntry(EntryRecord entry)
    {
        writer.Write(entry);
        return true;
    }

    public bool StoreChunk(Digest digest, ReadOnlySpan<byte> bytes)
    {
        AddChunk(digest, bytes.Length);
        return chunks.Add(digest, bytes);
    }

    public void AddChunk(Digest digest, int size) => writer.WriteChunk(digest, size, []);

    public void AddHole(long size) => writer.WriteHole(size);

    public void AddFork(in ForkRecord piece, ReadOnlySequence<byte> encoded) => writer.WriteEncoded(encoded);

    public void AddProblem(ProblemRecord problem) => writer.Write(problem);

    /// <exception cref="BackshiftException">Always: the entry has been written.</exception>
    public void DropEntry() => throw new BackshiftException(ExitCode.DataError, "an entry refers to a chunk that the repository does not hold");

    public void AddOther(ReadOnlySequence<byte> encoded) => writer.WriteEncoded(encoded);
}
