using System.Buffers;
using Backshift.Records;
using Backshift.Repository.Saving;

namespace Backshift.Tools.Store;

/// <summary>Counts the problems that pass, and sends on what has gathered before it becomes much.</summary>
internal sealed class CountingSink : IEntrySink
{
    private readonly IEntrySink next;
    private readonly RecordWriter writer;

    internal CountingSink(IEntrySink next, RecordWriter writer)
    {
        this.next = next;
        this.writer = writer;
    }

    internal long Problems { get; private set; }

    public void Begin(BeginRecord begin)
    {
        begin.AddStage("bs-store");
        next.Begin(begin);
    }

    public bool StartEntry(EntryRecord entry)
    {
        bool isTaken = next.StartEntry(entry);
        Flush();
        return isTaken;
    }

    public bool StoreChunk(Digest digest, ReadOnlySpan<byte> bytes)
    {
        bool fresh = next.StoreChunk(digest, bytes);
        Flush();
        return fresh;
    }

    public void AddChunk(Digest digest, int size)
    {
        next.AddChunk(digest, size);
        Flush();
    }

    public void AddHole(long size) => next.AddHole(size);

    public void AddStream(in StreamRecord piece, ReadOnlySequence<byte> encoded)
    {
        next.AddStream(in piece, encoded);
        Flush();
    }

    public void AddProblem(ProblemRecord problem)
    {
        Problems++;
        next.AddProblem(problem);
    }

    public void DropEntry() => next.DropEntry();

    public void AddOther(ReadOnlySequence<byte> encoded) => next.AddOther(encoded);

    // Writes to a descriptor are done when they return, see DescriptorStream; so nothing is left to wait for.
    private void Flush() => writer.FlushIfFullAsync().GetAwaiter().GetResult();
}
