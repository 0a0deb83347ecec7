using System.Globalization;
using Backshift.Records;

namespace Backshift.Tools.Store;

/// <summary>Prints a line for each entry with what was stored of it; see bs-store(1), --list. Called after each step.</summary>
internal sealed class EntryListing
{
    private readonly Action<string> say;
    private EntryRecord? entry;
    private long known, fresh, referred;
    private string? mark;

    internal EntryListing(Action<string> say) => this.say = say;

    /// <summary>An entry was taken.</summary>
    internal void Start(EntryRecord entry)
    {
        // Marks of an entry that was not taken do not belong to this one.
        Drop();
        this.entry = entry;
    }

    /// <summary>A chunk of the entry came.</summary>
    /// <param name="size">Its length.</param>
    /// <param name="isNew">Whether the repository did not have it yet.</param>
    internal void AddStored(int size, bool isNew)
    {
        fresh += isNew ? size : 0;
        known += isNew ? 0 : size;
    }

    /// <summary>A reference of the entry came.</summary>
    internal void AddReferred(long size) => referred += size;

    /// <summary>A problem came.</summary>
    internal void AddProblem(ProblemRecord problem)
    {
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

    /// <summary>The entry was taken back.</summary>
    internal void Drop() => (entry, known, fresh, referred, mark) = (null, 0, 0, 0, null);

    /// <summary>Prints the line of the last entry.</summary>
    internal void Finish()
    {
        if (entry is not null)
        {
            say($"{Status()} {entry.Path}{(mark is null ? "" : $": {mark}")}");
            Drop();
        }
    }

    private string Status() => (fresh + known, referred) switch
    {
        // Some new bytes are never shown as none.
        (> 0, _) => string.Create(CultureInfo.InvariantCulture, $"cut {(int)Math.Ceiling(100.0 * fresh / (fresh + known + referred))}%"),
        (_, > 0) => "reused",
        _ => "metadata",
    };
}
