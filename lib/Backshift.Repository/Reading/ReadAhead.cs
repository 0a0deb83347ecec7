using System.Diagnostics.CodeAnalysis;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Reading;

/// <summary>
/// Entries with the parts of their contents, in order. While one is written, the next ones are looked up, and their blocks are fetched and decompressed by the
/// reader's workers.
/// </summary>
public sealed class ReadAhead : IDisposable
{
    /// <summary>How many workers a reader should have for this: more decode faster than a pipe takes it, and each keeps a few megabytes.</summary>
    public static int Workers => Math.Min(Environment.ProcessorCount, 8);

    // Blocks are what bounds the memory; this bounds it where files are empty, or all in one block.
    private const int MaxSteps = 4096;

    // Beyond those, where they come from afar: as much content as packs are opened ahead of; some megabytes of entries. They are looked up a few at a time, or
    // the first would have to wait for all of them.
    private const int MaxExpected = 6144;
    private const int ExpectedAtOnce = 2;

    // Entries without parts have nothing to be fetched, and what waits here long enough to be moved by the collector costs more than to read it.
    private const int MaxUnwanted = 256;

    private readonly RepositoryReader reader;
    private readonly BytePath? name;
    private readonly Func<StoredEntry, bool>? wants;
    private readonly bool isFar;
    private readonly IEnumerator<Step> source;
    private readonly Queue<Step> ahead = new();

    // Those that follow, from the first whose block cannot be decoded yet; and whether the block of the last was not asked for either.
    private readonly Queue<Step> beyond = new();
    private Digest? unannounced;

    // Those that follow, of which nothing was asked for but the packs that they are in.
    private readonly Queue<Step> expected = new();
    private BackshiftException? trouble;
    private bool exhausted;

    // The path of the entry that was handed out last, and that of the one whose parts are looked up.
    private BytePath path;
    private BytePath steppedPath;

    // How many entries wait here whose parts are not wanted.
    private int unwanted;

    // The part that was handed out last, until it is read.
    private ContentPart unread;

    // Entries that were handed out, and the last of those of which no more parts are wanted.
    private long handed;
    private long passed;

    /// <param name="reader">Reads the parts; not closed.</param>
    /// <param name="entries">Enumerated ahead of the caller.</param>
    /// <param name="name">What errors call every entry, if not by its path.</param>
    /// <param name="wants">Whether the parts of an entry are wanted; asked of each entry as soon as it was enumerated. Null for all.</param>
    public ReadAhead(RepositoryReader reader, IEnumerable<StoredEntry> entries, BytePath? name = null, Func<StoredEntry, bool>? wants = null)
    {
        this.wants = wants;
        this.reader = reader;
        isFar = reader.Directory.Store.TakesAnnouncements;
        this.name = name;
        source = Steps(entries).GetEnumerator();
    }

    /// <summary>Moves on to the next entry; parts of the last one that were not asked for are skipped.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged. Everything before it has been handed out.</exception>
    public bool TryNextEntry([NotNullWhen(true)] out StoredEntry? entry)
    {
        // No more of them are made: a list of a few nodes may have billions.
        passed = handed;
        while (TryNextPart(out _))
        {
        }

        TryTake(out Step next);
        unwanted -= next.IsUnwanted ? 1 : 0;
        entry = next.Entry;
        path = entry?.Path ?? default;
        handed += entry is null ? 0 : 1;
        return entry is not null;
    }

    /// <summary>Moves on to the next part of the entry, whose bytes <see cref="ReadPart"/> gives.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    public bool TryNextPart(out ContentPart part)
    {
        if (unread.Digest is { } digest)
        {
            reader.Contents.PassOver(digest);
            unread = default;
        }

        Fill();
        bool hasStep = ahead.TryPeek(out Step step) || beyond.TryPeek(out step) || expected.TryPeek(out step);
        if (hasStep && step.Entry is null)
        {
            TryTake(out step);
            part = unread = step.Part;
            return true;
        }

        if (!hasStep && trouble is not null)
        {
            throw trouble;
        }

        part = default;
        return false;
    }

    /// <summary>Reads the bytes of the part that was handed out last, which must not be a hole; once.</summary>
    /// <returns>The reader's memory: valid until the next call.</returns>
    /// <exception cref="BackshiftException">The repository does not have them, or only damaged copies; the message names the entry.</exception>
    public ReadOnlyMemory<byte> ReadPart()
    {
        ContentPart part = unread;
        unread = default;
        try
        {
            return reader.ReadPart(part.Digest!.Value, part.Size);
        }
        catch (BackshiftException e)
        {
            throw Named(e, path);
        }
    }

    private BackshiftException Named(BackshiftException e, BytePath entry) => new(e.Code, $"{name ?? entry}: {e.Message}", e.Hint, e);

    private bool TryTake(out Step step)
    {
        if (ahead.TryDequeue(out step))
        {
            return true;
        }

        // It is read or passed over before it could be prefetched.
        bool isTaken = beyond.TryDequeue(out step);
        unannounced = beyond.Count == 0 ? null : unannounced;
        return isTaken || expected.TryDequeue(out step);
    }

    private void Fill()
    {
        while (beyond.TryPeek(out Step first) && IsPrefetched(first))
        {
            ahead.Enqueue(beyond.Dequeue());
            unannounced = beyond.Count == 0 ? null : unannounced;
        }

        while (ahead.Count + beyond.Count < MaxSteps && IsLastAnnounced() && (expected.TryDequeue(out Step step) || TryStep(out step)))
        {
            if (beyond.Count == 0 && IsPrefetched(step))
            {
                ahead.Enqueue(step);
                continue;
            }

            beyond.Enqueue(step);
            unannounced = DigestOf(step);
        }

        for (int i = 0; i < ExpectedAtOnce && isFar && expected.Count < MaxExpected && TryStep(out Step later); i++)
        {
            expected.Enqueue(later);
        }
    }

    private bool IsPrefetched(in Step step) => DigestOf(step) is not { } digest || reader.Contents.Prefetch(digest);

    private bool IsLastAnnounced()
    {
        try
        {
            if (unannounced is { } digest && !reader.Contents.TryAnnounce(digest))
            {
                return false;
            }
        }
        catch (BackshiftException)
        {
            // It is said when the part is read: those before it have been handed out by then.
            return false;
        }

        unannounced = null;
        return true;
    }

    private void Expect(Digest digest)
    {
        try
        {
            reader.Contents.Expect(digest);
        }
        catch (BackshiftException)
        {
            // It is said when the part is read.
        }
    }

    private static Digest? DigestOf(in Step step) => step.Entry is null ? step.Part.Digest : null;

    private bool TryStep(out Step step)
    {
        step = default;
        if (exhausted || unwanted >= MaxUnwanted)
        {
            return false;
        }

        try
        {
            exhausted = !source.MoveNext();
        }
        catch (BackshiftException e)
        {
            // Defer the error: what lies before it is sound and is handed out first.
            trouble = steppedPath.IsEmpty ? e : Named(e, steppedPath);
            exhausted = true;
        }

        if (exhausted)
        {
            return false;
        }

        step = source.Current;
        unwanted += step.IsUnwanted ? 1 : 0;
        if (DigestOf(step) is { } digest)
        {
            Expect(digest);
        }

        return true;
    }

    private IEnumerable<Step> Steps(IEnumerable<StoredEntry> entries)
    {
        long number = 0;
        foreach (StoredEntry entry in entries)
        {
            number++;
            bool isWanted = wants?.Invoke(entry) != false;
            yield return new Step(entry, default, IsUnwanted: !isWanted);
            if (!isWanted)
            {
                continue;
            }

            steppedPath = entry.Path;
            foreach (ContentPart part in reader.Parts(entry))
            {
                yield return new Step(null, part, IsUnwanted: false);
                if (passed >= number)
                {
                    break;
                }
            }

            steppedPath = default;
        }
    }

    public void Dispose() => source.Dispose();

    /// <summary>An entry, or a part of the one before.</summary>
    private readonly record struct Step(StoredEntry? Entry, ContentPart Part, bool IsUnwanted);
}
