using System.Diagnostics.CodeAnalysis;
using Backshift.Records;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Reading;

/// <summary>
/// Entries with the parts of their contents, in order. While one is written, those behind it are looked up already and their blocks fetched and
/// decompressed by the reader's workers.
/// </summary>
public sealed class ReadAhead : IDisposable
{
    /// <summary>How many workers a reader should have for this: more decode faster than a pipe takes it, and each keeps a few megabytes.</summary>
    public static int Workers => Math.Min(Environment.ProcessorCount, 8);

    // Blocks are what bounds the memory; this bounds it where files are empty, or all in one block.
    private const int MaxSteps = 4096;

    private readonly RepositoryReader reader;
    private readonly IEnumerator<Step> source;
    private readonly Queue<Step> ahead = new();
    private Digest? refused;
    private BackshiftException? trouble;
    private bool exhausted;

    // Entries that were handed out, and the last of those of which no more parts are wanted.
    private long handed;
    private long passed;

    /// <param name="reader">Reads the parts; not closed.</param>
    /// <param name="entries">Enumerated ahead of what the caller has come to.</param>
    public ReadAhead(RepositoryReader reader, IEnumerable<StoredEntry> entries)
    {
        this.reader = reader;
        source = Steps(entries).GetEnumerator();
    }

    /// <summary>Moves on to the next entry; parts of the last one that were not asked for are passed over.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged. What lay before it has been handed out.</exception>
    public bool TryNextEntry([NotNullWhen(true)] out StoredEntry? entry)
    {
        // No more of them are made: a list of a few nodes may have billions.
        passed = handed;
        while (TryNextPart(out ContentPart part))
        {
            if (part.Digest is { } digest)
            {
                reader.Contents.PassOver(digest);
            }
        }

        entry = ahead.Count > 0 ? ahead.Dequeue().Entry : null;
        handed += entry is null ? 0 : 1;
        return entry is not null;
    }

    /// <summary>The next part of the entry. A part with a digest is to be read from <see cref="RepositoryReader.Contents"/> before the next call.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    public bool TryNextPart(out ContentPart part)
    {
        Fill();
        if (ahead.TryPeek(out Step step) && step.Entry is null)
        {
            part = ahead.Dequeue().Part;

            // The one that was refused is always the last: it is read before it could be asked for again.
            refused = ahead.Count == 0 ? null : refused;
            return true;
        }

        if (ahead.Count == 0 && trouble is not null)
        {
            throw trouble;
        }

        part = default;
        return false;
    }

    private void Fill()
    {
        if (refused is { } waiting)
        {
            if (!reader.Contents.Prefetch(waiting))
            {
                return;
            }

            refused = null;
        }

        while (ahead.Count < MaxSteps && TryStep(out Step step))
        {
            ahead.Enqueue(step);
            if (step.Entry is null && step.Part.Digest is { } digest && !reader.Contents.Prefetch(digest))
            {
                refused = digest;
                return;
            }
        }
    }

    private bool TryStep(out Step step)
    {
        step = default;
        if (exhausted)
        {
            return false;
        }

        try
        {
            exhausted = !source.MoveNext();
        }
        catch (BackshiftException e)
        {
            // It is not the caller's turn to hear of it: what lies before is sound.
            trouble = e;
            exhausted = true;
        }

        step = exhausted ? default : source.Current;
        return !exhausted;
    }

    private IEnumerable<Step> Steps(IEnumerable<StoredEntry> entries)
    {
        long number = 0;
        foreach (StoredEntry entry in entries)
        {
            number++;
            yield return new Step(entry, default);
            foreach (ContentPart part in reader.Parts(entry))
            {
                yield return new Step(null, part);
                if (passed >= number)
                {
                    break;
                }
            }
        }
    }

    public void Dispose() => source.Dispose();

    /// <summary>An entry, or a part of the one before.</summary>
    private readonly record struct Step(StoredEntry? Entry, ContentPart Part);
}
