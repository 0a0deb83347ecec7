using System.Buffers;
using System.Globalization;
using Backshift.Records;
using Backshift.Repository.Saving;

namespace Backshift.Tools.Store;

/// <summary>Says of every entry what became of it; see bs-store(1), --list.</summary>
internal sealed class ListingSink : IEntrySink
{
    private readonly IEntrySink next;
    private readonly Action<string> say;
    private EntryRecord? entry;
    private long known, fresh, referred;
    private string? mark;

    internal ListingSink(IEntrySink next, Action<string> say)
    {
        this.next = next;
        this.say = say;
    }

    public void Begin(BeginRecord begin) => next.Begin(begin);

    public bool StartEntry(EntryRecord entry)
    {
        Finish();
        bool isTaken = next.StartEntry(entry);
        this.entry = isTaken ? entry : null;
        return isTaken;
    }

    public bool StoreChunk(Digest digest, ReadOnlySpan<byte> bytes)
    {
        bool isNew = next.StoreChunk(digest, bytes);
        fresh += isNew ? bytes.Length : 0;
        known += isNew ? 0 : bytes.Length;
        return isNew;
    }

    public void AddChunk(Digest digest, int size)
    {
        next.AddChunk(digest, size);
        referred += size;
    }

    public void AddHole(long size) => next.AddHole(size);

    public void AddProblem(ProblemRecord problem)
    {
        next.AddProblem(problem);
        if (problem.Marks)
        {
            mark = problem.Text;
        }
        else
        {
            Finish();
            say($"skipped {problem}");
        }
    }

    public void DropEntry()
    {
        next.DropEntry();
        Clear();
    }

    public void AddFork(in ForkRecord piece, ReadOnlySequence<byte> encoded) => next.AddFork(in piece, encoded);

    public void AddOther(ReadOnlySequence<byte> encoded) => next.AddOther(encoded);

    /// <summary>Says the last entry.</summary>
    internal void Finish()
    {
        if (entry is not null)
        {
            say($"{Status()} {entry.Path}{(mark is null ? "" : $": {mark}")}");
            Clear();
        }
    }

    private string Status() => (fresh + known, referred) switch
    {
        // Some new bytes are never shown as none.
        (> 0, _) => string.Create(CultureInfo.InvariantCulture, $"cut {(int)Math.Ceiling(100.0 * fresh / (fresh + known + referred))}%"),
        (_, > 0) => "reused",
        _ => "metadata",
    };

    private void Clear() => (entry, known, fresh, referred, mark) = (null, 0, 0, 0, null);
}
