using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Links;
using Backshift.Repository.Trees;
using MessagePack;

namespace Backshift.Tools.Diff;

/// <summary>
/// A stream whose entries come in any order and any path more than once, as those of an archive: read to its end first, sorted in bounded memory, the last of
/// each path kept. Contents are compared with those of the saveset as they come by, and what came of it is kept with the entry.
/// </summary>
internal sealed class SortedStream : IEntrySide, IDisposable
{
    // The result for the content, before a hash of the path of the file that it was compared with.
    private const char Equal = 'e';
    private const char Different = 'd';
    private const char NotCompared = 'n';
    private const char NotRead = 'r';

    private readonly StreamSide stream;
    private readonly RepositoryReader reader;
    private readonly TreeCursor? saved;
    private readonly bool compares;
    private readonly EntrySorter sorter = new(ScratchSpace.Create);
    private readonly EntrySorter changes = new(ScratchSpace.Create);
    private EntryCursor? cursor;
    private LinkChanges? links;
    private EntryRecord? entry;
    private string content = "";

    /// <param name="stream">The stream as it comes.</param>
    /// <param name="reader">The repository.</param>
    /// <param name="saved">Looks up what the stream is compared with; null if that has no entries.</param>
    /// <param name="compares">Whether contents are compared.</param>
    internal SortedStream(StreamSide stream, RepositoryReader reader, TreeCursor? saved, bool compares)
    {
        this.stream = stream;
        this.reader = reader;
        this.saved = saved;
        this.compares = compares;
    }

    public EntryRecord Entry => entry!;

    /// <summary>Whether the file has not been opened by any stage.</summary>
    internal bool NeedsReading => content[0] == NotRead;

    public async ValueTask<bool> MoveNextAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (cursor is null)
        {
            await ReadAsync(cancel);
            FindLinks(cancel);
            cursor = sorter.Open();
            links = new LinkChanges(changes);
        }

        if (!cursor.MoveNext())
        {
            return false;
        }

        StoredEntry stored = Read(links!.PassTo(cursor.Path, cursor.Item));
        (entry, content) = (stored.Entry, stored.Problem ?? NotCompared.ToString());
        return true;
    }

    /// <summary>Contents were compared before the entries were in order.</summary>
    public IContent? OpenContent() => throw new InvalidOperationException("the content has gone by");

    /// <summary>Whether the content of the entry, a file, differs from that of a file of the saveset of the same size.</summary>
    internal bool DiffersFrom(BytePath path) => content[0] switch
    {
        // The file was not read: compare size and time only.
        NotRead => false,
        Equal or Different when content[1..] == HashOf(path) => content[0] == Different,

        // It was compared with another file, or with none: the content can no longer be compared.
        _ => entry!.Size != 0,
    };

    private async ValueTask ReadAsync(CancellationToken cancel)
    {
        ArrayBufferWriter<byte> item = new();
        while (await stream.MoveNextAsync(cancel))
        {
            EntryRecord one = stream.Entry;
            StoredEntry stored = new(one) { Problem = one.Type == EntryType.File ? await CompareAsync(one, cancel) : NotCompared.ToString() };
            one.Source = null;

            // They are not compared, and one could have the name of a key that only entries of a tree have.
            one.Unknown = default;
            item.ResetWrittenCount();
            MessagePackWriter writer = new(item);
            stored.WriteTo(ref writer);
            writer.Flush();
            sorter.Add(one.Path.Span, item.WrittenSpan);
        }
    }

    private async ValueTask<string> CompareAsync(EntryRecord one, CancellationToken cancel)
    {
        if (stream.OpenContent() is not { } its)
        {
            return NotRead.ToString();
        }

        if (!compares || saved is null)
        {
            return NotCompared.ToString();
        }

        StoredEntry? real = saved.Find(one.Path);
        if (real is { Entry.Type: EntryType.Link })
        {
            real = saved.Find(new BytePath(real.Entry.Target!));
        }

        return real is not { Entry.Type: EntryType.File } ? NotCompared.ToString()
            : (real.Entry.Size == one.Size && await ContentComparison.AreEqualAsync(new SavedContent(reader, real), its, cancel) ? Equal : Different)
                + HashOf(real.Path);
    }

    /// <summary>Puts the content under the first name of each file, as a saveset has it.</summary>
    private void FindLinks(CancellationToken cancel)
    {
        EntrySorter targets = new(ScratchSpace.Create);
        try
        {
            using (EntrySorter byPath = new(ScratchSpace.Create))
            {
                LinkTargets.Collect(sorter, targets, byPath);
                targets = LinkChains.Follow(targets, byPath, static () => new EntrySorter(ScratchSpace.Create), changes);
            }

            if (targets.Count == 0)
            {
                return;
            }

            // A link to what is not in the stream stays one.
            using LinkTargets passed = new(targets, changes, static _ => { });
            using EntryCursor all = sorter.Open();
            while (all.MoveNext())
            {
                cancel.ThrowIfCancellationRequested();
                passed.PassTo(all.Path, all.Item);
            }

            passed.PassRest();
        }
        finally
        {
            targets.Dispose();
        }
    }

    private static StoredEntry Read(ReadOnlySpan<byte> item)
    {
        MessagePackReader reader = new(item.ToArray());
        return StoredEntry.ReadFrom(ref reader);
    }

    private static string HashOf(BytePath path)
    {
        UInt128 hash = XxHash128.HashToUInt128(path.Span);
        return Convert.ToHexString(MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in hash)));
    }

    public void Dispose()
    {
        links?.Dispose();
        cursor?.Dispose();
        changes.Dispose();
        sorter.Dispose();
    }
}
