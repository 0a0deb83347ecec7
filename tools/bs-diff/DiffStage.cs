using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Trees;
using Backshift.Tooling;

namespace Backshift.Tools.Diff;

/// <summary>Writes where two things differ. Memory is a node a level of each tree, two chunks, and what the sorting of a stream takes.</summary>
internal sealed class DiffStage
{
    private readonly IEntryPairs pairs;
    private readonly OutputBuffer output;
    private readonly DiffOptions options;
    private readonly DifferenceLines lines;

    internal DiffStage(IEntryPairs pairs, OutputBuffer output, DiffOptions options)
    {
        this.pairs = pairs;
        this.output = output;
        this.options = options;
        lines = new DifferenceLines(output, options);
    }

    /// <summary>Compares to the end.</summary>
    /// <returns>Whether there is a difference.</returns>
    /// <exception cref="BackshiftException">A side is damaged. What was found before has been written.</exception>
    internal async Task<bool> RunAsync(CancellationToken cancel)
    {
        bool differ = false;
        try
        {
            while (!(differ && options.Quiet) && await pairs.MoveNextAsync(cancel))
            {
                differ |= (pairs.Left, pairs.Right) switch
                {
                    ({ } left, { } right) => await CompareAsync(left, right, cancel),
                    ({ } left, null) => Say(left.Entry, lines.Removed),
                    (null, { } right) => Say(right.Entry, lines.Added),
                    _ => false,
                };
            }

            if (options.Summary)
            {
                output.Write(Encoding.UTF8.GetBytes($"{lines.Counts}\n"));
            }
        }
        finally
        {
            output.Flush();
        }

        return differ;
    }

    private bool Say(EntryRecord entry, Action<EntryRecord> write)
    {
        // Sockets are not restored, so none is missed.
        if (entry.Type == EntryType.Socket)
        {
            return false;
        }

        if (!options.Quiet)
        {
            write(entry);
        }

        return true;
    }

    private async ValueTask<bool> CompareAsync(IComparedEntry left, IComparedEntry right, CancellationToken cancel)
    {
        EntryRecord entry = right.Entry;
        Aspects aspects = EntryComparison.Compare(left.Entry, entry);
        if ((right is StreamSide ? entry.NeedsReading : right is SortedStream { NeedsReading: true })
            && (((left.Entry.Flags ?? 0) ^ (entry.Flags ?? 0)) & InodeFlags.InStatus) == 0)
        {
            // The file was not opened, so not all its flags are known.
            aspects &= ~Aspects.Flags;
        }

        if (left.Entry.Type == EntryType.File && entry.Type == EntryType.File && !options.Ignored.HasFlag(Aspects.Content)
            && await ContentsDifferAsync(left, right, cancel))
        {
            aspects |= Aspects.Content;
        }

        aspects &= ~options.Ignored;
        return aspects != Aspects.None && Say(entry, one => lines.Changed(one, aspects));
    }

    private static async ValueTask<bool> ContentsDifferAsync(IComparedEntry left, IComparedEntry right, CancellationToken cancel)
    {
        if (left.Entry.Size != right.Entry.Size)
        {
            return true;
        }

        if (left is SavedEntry one && right is SavedEntry other && AreOneList(one.Stored, other.Stored))
        {
            return false;
        }

        if (right is SortedStream sorted)
        {
            return sorted.DiffersFrom(left.Entry.Path);
        }

        // The file was not read: compare size and time only.
        return right.OpenContent() is { } content && left.OpenContent() is { } saved && !await ContentComparison.AreEqualAsync(saved, content, cancel);
    }

    private static bool AreOneList(StoredEntry left, StoredEntry right) =>
        left.List is { } list ? list == right.List : right.List is null && left.Parts.SequenceEqual(right.Parts);
}
