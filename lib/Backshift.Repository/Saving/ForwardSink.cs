using System.Buffers;
using Backshift.Records;

namespace Backshift.Repository.Saving;

/// <summary>Passes the stream on, with references in place of contents; for bs-index, which records it.</summary>
public sealed class ForwardSink : IEntrySink
{
    private readonly RecordWriter writer;

    /// <param name="writer">Flushed by whoever owns it.</param>
    public ForwardSink(RecordWriter writer) => this.writer = writer;

    public void Begin(BeginRecord begin) => writer.Write(begin);

    public void StartEntry(EntryRecord entry) => writer.Write(entry);

    public void AddChunk(Digest digest, int size) => writer.WriteChunk(digest, size, []);

    public void AddHole(long size) => writer.WriteHole(size);

    public void AddProblem(ProblemRecord problem) => writer.Write(problem);

    /// <exception cref="BackshiftException">Always: the entry has been written.</exception>
    public void DropEntry() => throw new BackshiftException(ExitCode.DataError, "an entry refers to a chunk that the repository does not hold");

    public void AddOther(ReadOnlySequence<byte> encoded) => writer.WriteEncoded(encoded);
}
