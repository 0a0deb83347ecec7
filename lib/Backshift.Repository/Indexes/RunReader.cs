using System.Buffers.Binary;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Indexes;

/// <summary>
/// One run of the index, open. Only the pages of its filter and of its entries that a lookup needs are read; the filter is kept in memory from the first lookup
/// on if there is room for it.
/// </summary>
internal sealed partial class RunReader : IDisposable
{
    private const int Guesses = 4;

    // Copies of a chunk have the same eight bytes, and by chance so have a few other chunks. A run with more than this is made to waste time.
    internal const int MaxAlike = 1024;

    private const int LeastSample = 8;

    private readonly IStoredObject stored;
    private readonly RunTables tables;
    private readonly RunPages filter;
    private readonly RunPages entries;
    private readonly bool keepsFilter;

    private RunReader(IStoredObject stored, ObjectName name, RunTables tables, RunPages filter, RunPages entries, bool keepsFilter)
    {
        this.stored = stored;
        this.tables = tables;
        this.filter = filter;
        this.entries = entries;
        this.keepsFilter = keepsFilter;
        Name = name;
    }

    internal ObjectName Name { get; }

    /// <summary>Number of packs that the entries point into.</summary>
    internal int PackCount => (int)(tables.Packs.Length / ObjectName.Size);

    /// <summary>The packs that the entries point into.</summary>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    internal IEnumerable<ObjectName> Packs => Names(tables.Packs);

    /// <summary>Number of runs that this one replaces.</summary>
    internal int ReplacedCount => (int)(tables.Replaced.Length / ObjectName.Size);

    /// <summary>The runs that this one replaces.</summary>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    internal IEnumerable<ObjectName> Replaced => Names(tables.Replaced);

    /// <summary>Packs that are gone, or will be: no run counts as naming them.</summary>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    internal IEnumerable<ObjectName> Gone => Names(tables.Gone);

    /// <summary>Number of entries.</summary>
    internal long Count => entries.Count;

    /// <summary>Bytes of it that are in memory, or will be.</summary>
    internal long Footprint => Whole + tables.Footprint + (keepsFilter ? filter.Length : 0);

    /// <summary>Bytes of it that were decrypted when it was opened, and are kept.</summary>
    private long Whole { get; set; }

    /// <summary>Whether its filter is in memory now.</summary>
    internal bool HasFilter => filter.IsLoaded;

    /// <summary>Whether the directories of its packs were found to agree with it.</summary>
    internal bool IsVerified { get; set; }

    /// <summary>Whether this process has published it: nothing has had time to damage it.</summary>
    internal bool IsNew { get; set; }

    /// <summary>Takes the filter out of memory until the next question.</summary>
    internal void ReleaseFilter() => filter.Unload();

    /// <summary>The pack with a number.</summary>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    internal ObjectName PackAt(uint number)
    {
        Span<byte> name = stackalloc byte[ObjectName.Size];
        return ObjectName.Read(tables.Packs.At(number * (long)ObjectName.Size, name));
    }

    /// <summary>The entries with this key; most often none or one.</summary>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    /// <exception cref="BackshiftException">A page does not match its checksum.</exception>
    internal void Find(ulong key, List<Place> found)
    {
        if (Locate(key) is { } number)
        {
            Collect(key, number, found);
        }
    }

    /// <summary>
    /// How many chunks a pack has, by the places in it that stand on the same page as one that <see cref="Find"/> gives for a key. The entries of a page are a
    /// random sample, so the largest of a few slots is near the last.
    /// </summary>
    /// <returns>Most often a little more than it has; 0 if the run does not give this place.</returns>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    /// <exception cref="BackshiftException">A page does not match its checksum.</exception>
    internal int EstimateChunks(ulong key, Place place)
    {
        if (Locate(key) is not { } number)
        {
            return 0;
        }

        uint? found = null;
        for (long i = number; i < Count && EntryAt(i) is var entry && entry.Key == key && i < number + MaxAlike && found is null; i++)
        {
            found = entry.Pack < PackCount && entry.Slot == place.Slot && PackAt(entry.Pack) == place.Pack ? entry.Pack : null;
        }

        if (found is not { } pack)
        {
            return 0;
        }

        long alike = 0, chunks = 0;
        ReadOnlySpan<byte> page = entries.Page(number / RunFile.PageEntries);
        for (int i = 0; i < page.Length; i += RunEntry.Size)
        {
            RunEntry entry = RunEntry.Read(page[i..]);
            if (entry.Pack == pack)
            {
                alike++;
                chunks = Math.Max(chunks, entry.Slot + 1L);
            }
        }

        // Few of them tell little of the last slot, but that the pack has a small part of the run, or the run many packs, which are most often alike.
        long share = 2 * (alike + 1) * Count / (page.Length / RunEntry.Size);
        long expected = alike < LeastSample ? Math.Max(chunks, Math.Min(share, Count / PackCount * 5 / 4)) : chunks + (2 * chunks / alike);
        return (int)Math.Min(expected, PackLimits.Chunks);
    }

    /// <summary>Has the page be asked for in which <see cref="Find"/> looks first, where that takes long.</summary>
    /// <returns>False if it was not, since so much is asked for.</returns>
    internal bool TryAnnounce(ulong key) => !MayBeHere(key) || entries.TryAnnounce(ShareOf(key, 0, ulong.MaxValue, entries.PageCount));

    /// <summary>Whether <see cref="Find"/> would wait for a page that was announced.</summary>
    internal bool IsUnderWay(ulong key) => MayBeHere(key) && entries.IsUnderWay(ShareOf(key, 0, ulong.MaxValue, entries.PageCount));

    /// <summary>Whether a key may be in the run, as far as that is known without reading.</summary>
    private bool MayBeHere(ulong key) => Count > 0 && (filter.Count == 0 || (filter.IsLoaded && IsInFilter(key)));

    /// <summary>The number of an entry with this key; null if there is none.</summary>
    private long? Locate(ulong key)
    {
        if (Count == 0 || !MayContain(key))
        {
            return null;
        }

        // Digests are uniform, so the key's share of the keys between two known ones tells in which page it lies, give or take one. If the keys of a run are
        // not uniform, bisection finds it.
        long low = 0, high = entries.PageCount;
        ulong least = 0, most = ulong.MaxValue;
        for (int reads = 0; low < high; reads++)
        {
            long number = low + (reads < Guesses ? ShareOf(key, least, most, high - low) : (high - low) / 2);
            ReadOnlySpan<byte> page = entries.Page(number);
            ulong first = KeyIn(page, 0), last = KeyIn(page, (page.Length / RunEntry.Size) - 1);
            if (key < first)
            {
                high = number;
                most = first;
            }
            else if (key > last)
            {
                low = number + 1;
                least = last;
            }
            else
            {
                return entries.FirstOf(number) + PositionOf(page, key);
            }

            // A run that is out of order can lead to bounds that exclude the key.
            if (key < least || key > most)
            {
                break;
            }
        }

        return null;
    }

    /// <summary>In which of so many pages a key lies, if keys are uniform.</summary>
    private static long ShareOf(ulong key, ulong least, ulong most, long pages) =>
        Math.Min((long)((UInt128)(key - least) * (ulong)pages / ((UInt128)(most - least) + 1)), pages - 1);

    /// <summary>All entries in order, and at the end the checksum of all pages.</summary>
    /// <exception cref="BackshiftException">They do not match it: what was given out is not to be used.</exception>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    internal IEnumerable<RunEntry> ReadAll()
    {
        Sha256 hash = new();
        for (long number = 0; number < filter.PageCount; number++)
        {
            hash.AppendData(filter.Stored(number));
        }

        byte[] page = new byte[RunFile.PageEntries * RunEntry.Size];
        for (long number = 0; number < entries.PageCount; number++)
        {
            int length = Take(number, page, hash);
            for (int i = 0; i < length; i += RunEntry.Size)
            {
                yield return RunEntry.Read(page.AsSpan(i));
            }
        }

        byte[] expected = new byte[Sha256.HashSizeInBytes];
        byte[] checksum = new byte[Sha256.HashSizeInBytes];
        stored.ReadExactly(expected, stored.Length - expected.Length);
        hash.GetHashAndReset(checksum);
        if (!checksum.AsSpan().SequenceEqual(expected))
        {
            throw new BackshiftException(ExitCode.DataError, WrongChecksum);
        }
    }

    private int Take(long number, byte[] page, Sha256 hash)
    {
        ReadOnlySpan<byte> whole = entries.Stored(number);
        hash.AppendData(whole);
        whole = whole[..^RunPages.CrcSize];
        whole.CopyTo(page);
        return whole.Length;
    }

    /// <summary>Checks the pages against their checksums, the entries' order, the table of packs and the filter.</summary>
    /// <param name="sums">Takes all entries.</param>
    /// <returns>Null, or what is wrong.</returns>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    internal string? Check(RunSums? sums = null) => FaultOfEntries(askFilter: true, sums);

    private string? FaultOfEntries(bool askFilter, RunSums? sums) => FaultOf(ReadAll(), askFilter ? IsInFilter : static _ => true, sums);

    /// <summary>What is wrong with entries, or null. The blocks of a filter are in the order of keys, so entries in order need each page of it once.</summary>
    private string? FaultOf(IEnumerable<RunEntry> read, Func<ulong, bool> isInFilter, RunSums? sums)
    {
        string? wrong = null;
        RunEntry previous = default;
        try
        {
            foreach (RunEntry entry in read)
            {
                wrong ??= entry.CompareTo(previous) < 0 ? "its entries are out of order"
                    : entry.Pack >= PackCount ? "an entry refers to a pack that is not in its table"
                    : !isInFilter(entry.Key) ? "its filter lacks an entry"
                    : null;
                previous = entry;
                sums?.Add(entry);
            }
        }
        catch (BackshiftException e) when (e is not StoreException)
        {
            return e.Message;
        }

        return wrong;
    }

    public void Dispose() => stored.Dispose();

    private const string WrongChecksum = "its pages do not match their checksum";

    private static IEnumerable<ObjectName> Names(RunTable table)
    {
        byte[] buffer = new byte[(int)Math.Min(4096, table.Length)];
        for (long at = 0; at < table.Length; at += buffer.Length)
        {
            int length = (int)Math.Min(buffer.Length, table.Length - at);
            byte[] piece = table.At(at, buffer.AsSpan(0, length)).ToArray();
            for (int i = 0; i < length; i += ObjectName.Size)
            {
                yield return ObjectName.Read(piece.AsSpan(i));
            }
        }
    }

    private bool MayContain(ulong key)
    {
        // Most programs look up nothing in a run, or very much.
        if (keepsFilter && filter.Count > 0 && !filter.IsLoaded)
        {
            filter.Load();
        }

        return IsInFilter(key);
    }

    private bool IsInFilter(ulong key) =>
        filter.Count == 0 || BloomFilter.MayContain(filter.At(BloomFilter.BlockOf(key, filter.Count)), key);

    /// <summary>The first entry of a page with this key, or with a greater one.</summary>
    private static int PositionOf(ReadOnlySpan<byte> page, ulong key)
    {
        int position = 0, end = page.Length / RunEntry.Size;
        while (position < end)
        {
            int middle = (position + end) / 2;
            if (KeyIn(page, middle) < key)
            {
                position = middle + 1;
            }
            else
            {
                end = middle;
            }
        }

        return position;
    }

    /// <summary>Takes all entries with this key around the entry of this number; they can extend beyond the page.</summary>
    private void Collect(ulong key, long number, List<Place> found)
    {
        for (int i = 0; i < MaxAlike && number > 0 && EntryAt(number - 1).Key == key; i++)
        {
            number--;
        }

        for (int i = 0; i < MaxAlike && number < Count; i++, number++)
        {
            RunEntry entry = EntryAt(number);
            if (entry.Key != key)
            {
                break;
            }

            if (entry.Pack < PackCount)
            {
                found.Add(new Place(PackAt(entry.Pack), (int)Math.Min(entry.Slot, int.MaxValue)));
            }
        }
    }

    private RunEntry EntryAt(long number) => RunEntry.Read(entries.At(number));

    private static ulong KeyIn(ReadOnlySpan<byte> page, int position) => BinaryPrimitives.ReadUInt64BigEndian(page[(position * RunEntry.Size)..]);
}
