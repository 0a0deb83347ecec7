using System.Buffers;
using System.Globalization;
using System.Text;
using Backshift.Objects;
using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Searching;

/// <summary>
/// Searches savesets for entries, and finds when each version of one came and went. Each saveset is compared with the one of the same host and subset before
/// it, so nodes that both have are not read again, and what was read need not be remembered. What is found is sorted in bounded memory.
/// </summary>
public sealed class VersionSearch : IDisposable
{
    // The number of the host and subset, and that of the saveset, after two slashes: they sort before everything below the path.
    private const int Digits = 8;
    private const int SuffixLength = 2 + (2 * Digits);

    private readonly RepositoryReader reader;
    private readonly PathSelection selection;
    private readonly Func<EntryRecord, bool> wanted;
    private readonly Action<BackshiftException> damaged;
    private readonly EntrySorter sorter;
    private readonly List<SearchedSavesets> owners = [];
    private readonly ArrayBufferWriter<byte> key = new();
    private readonly ArrayBufferWriter<byte> item = new();

    /// <param name="reader">Reads the savesets.</param>
    /// <param name="selection">Which parts of them are searched.</param>
    /// <param name="wanted">Which entries of these are looked for.</param>
    /// <param name="damaged">Receives each saveset that cannot be read to its end.</param>
    /// <param name="createScratch">Makes room for what does not fit into memory.</param>
    public VersionSearch(RepositoryReader reader, PathSelection selection, Func<EntryRecord, bool> wanted, Action<BackshiftException> damaged,
        Func<ScratchSpace> createScratch)
    {
        this.reader = reader;
        this.selection = selection;
        this.wanted = wanted;
        this.damaged = damaged;
        sorter = new EntrySorter(createScratch);
    }

    /// <summary>Searches savesets.</summary>
    /// <param name="savesets">In the order in which they were started, of any hosts.</param>
    /// <param name="cancel">Ends it between two entries.</param>
    public void Search(IReadOnlyList<Saveset> savesets, CancellationToken cancel)
    {
        foreach (IGrouping<string, Saveset> owned in savesets.GroupBy(static saveset => saveset.Owner, StringComparer.Ordinal)
            .OrderBy(static group => group.Key, StringComparer.Ordinal))
        {
            SearchedSavesets its = new(owned);
            owners.Add(its);
            int before = -1;
            for (int number = 0; number < its.Count; number++)
            {
                Search(its, before, number, cancel);
                before = its.IsWhole(number) ? number : before;
            }
        }
    }

    /// <summary>What was found, in the order of paths, then of hosts and subsets, then of time.</summary>
    public IEnumerable<FoundVersion> Versions()
    {
        using EntryCursor cursor = sorter.Open();
        VersionHistory? history = null;
        byte[] place = [];
        while (cursor.MoveNext())
        {
            ReadOnlySpan<byte> suffix = cursor.Path[^SuffixLength..];
            int owner = ReadNumber(suffix[2..]), number = ReadNumber(suffix[(2 + Digits)..]);
            if (history is null || !place.AsSpan().SequenceEqual(cursor.Path[..^Digits]))
            {
                foreach (FoundVersion version in history?.Finish() ?? [])
                {
                    yield return version;
                }

                place = cursor.Path[..^Digits].ToArray();
                history = new VersionHistory(new BytePath(place.AsSpan(0, place.Length - SuffixLength + Digits)), owners[owner]);
            }

            history.Add(number, cursor.Item.IsEmpty ? null : SeenVersion.Read(cursor.Item));
        }

        foreach (FoundVersion version in history?.Finish() ?? [])
        {
            yield return version;
        }
    }

    public void Dispose() => sorter.Dispose();

    private void Search(SearchedSavesets savesets, int before, int number, CancellationToken cancel)
    {
        Saveset? earlier = before < 0 ? null : savesets[before];
        Saveset saveset = savesets[number];
        try
        {
            foreach (BytePath path in selection.StartsIn(saveset.Entries))
            {
                foreach (EntryPair pair in reader.Compare(earlier, saveset, path))
                {
                    cancel.ThrowIfCancellationRequested();
                    if (selection.Takes(pair.Path.Span))
                    {
                        Compare(pair, number);
                    }
                }
            }
        }
        catch (BackshiftException e) when (e is not StoreException)
        {
            savesets.Lose(number);
            string name = Escaping.Display(Encoding.UTF8.GetBytes(saveset.Name));
            damaged(new BackshiftException(e.Code, $"{name}: is searched only in part: {e.Message}", e.Hint, e));
        }
    }

    private void Compare(EntryPair pair, int number)
    {
        SeenVersion? left = Seen(pair.Left), right = Seen(pair.Right);
        if (left?.Identity == right?.Identity)
        {
            return;
        }

        key.ResetWrittenCount();
        key.Write(pair.Path.Span);
        key.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"//{owners.Count - 1:x8}{number:x8}")));
        item.ResetWrittenCount();
        right?.WriteTo(item);
        sorter.Add(key.WrittenSpan, item.WrittenSpan);
    }

    /// <summary>The version of an entry; null if it is not looked for. Sockets are not restored, so they are not.</summary>
    private SeenVersion? Seen(StoredEntry? stored) =>
        stored is not null && stored.Entry.Type != EntryType.Socket && wanted(stored.Entry) ? SeenVersion.Of(stored) : null;

    private static int ReadNumber(ReadOnlySpan<byte> digits) =>
        int.Parse(digits[..Digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
