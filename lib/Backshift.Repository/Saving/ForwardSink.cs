using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;

namespace Backshift.Repository.Saving;

/// <summary>Passes the stream on, with references in place of contents; for bs-index, which records it.</summary>
public sealed class ForwardSink : IEntrySink
{
    private readonly RecordWriter writer;
    private readonly ChunkStore chunks;
    private readonly string stage;
    private readonly Action flush;

    /// <param name="writer">Writes the stream.</param>
    /// <param name="chunks">Keeps the chunks; not closed with the sink.</param>
    /// <param name="stage">The name of the program.</param>
    /// <param name="flush">Called often: writes the records out once enough have gathered.</param>
    public ForwardSink(RecordWriter writer, ChunkStore chunks, string stage, Action flush)
    {
        this.writer = writer;
        this.chunks = chunks;
        this.stage = stage;
        this.flush = flush;
    }

    /// <summary>Number of problems so far.</summary>
    public long Problems { get; private set; }

    public void Begin(BeginRecord begin)
    {
        chunks.Host = begin.Host ?? Machine.HostName();
        begin.Stages = [.. begin.Stages, stage];
        writer.Write(begin);
    }

    public bool StartEntry(EntryRecord entry)
    {
        writer.Write(entry);
        flush();
        return true;
    }

    public bool StoreChunk(Digest digest, ReadOnlySpan<byte> bytes)
    {
        bool fresh = chunks.Add(digest, bytes);
        AddChunk(digest, bytes.Length);
        return fresh;
    }

    public void AddChunk(Digest digest, int size)
    {
        writer.WriteChunk(digest, size, []);
        flush();
    }

    public void AddList(in ListRecord list)
    {
        writer.Write(list);
        flush();
    }

    public void AddHole(long size) => writer.WriteHole(size);

    public void AddFork(in ForkRecord piece, ReadOnlySequence<byte> encoded)
    {
        writer.WriteEncoded(encoded);
        flush();
    }

    public void AddProblem(ProblemRecord problem)
    {
        Problems++;
        writer.Write(problem);
    }

    /// <exception cref="BackshiftException">Always: the entry has been written.</exception>
    public void DropEntry() => throw new BackshiftException(ExitCode.DataError, "an entry refers to a chunk that the repository does not hold");

    public void AddOther(ReadOnlySequence<byte> encoded) => writer.WriteEncoded(encoded);
}
