using System.Buffers.Binary;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Objects;

namespace Backshift.Repository.Indexes;

/// <summary>One run of the index, open: its filter is in memory where there is room for it, its entries are looked up in the file.</summary>
internal sealed class RunReader : IDisposable
{
    private const int PageEntries = 256;
    private const int Guesses = 4;

    // Copies of a chunk have the same eight bytes, and so have some others by chance: a few. Beyond this a run is made to cost time.
    private const int MaxAlike = 1024;

    private readonly UnixFile file;
    private readonly RunTable packs;
    private readonly RunTable replaced;
    private readonly RunTable filter;
    private readonly long entriesOffset;
    private readonly byte[] page = new byte[PageEntries * RunEntry.Size];

    private RunReader(UnixFile file, ObjectName name, RunTable packs, RunTable replaced, RunTable filter, long count, long entriesOffset)
    {
        this.file = file;
        this.packs = packs;
        this.replaced = replaced;
        this.filter = filter;
        this.entriesOffset = entriesOffset;
        Name = name;
        Count = count;
    }

    internal ObjectName Name { get; }

    /// <summary>Number of packs that the entries point into.</summary>
    internal int PackCount => (int)(packs.Length / ObjectName.Size);

    /// <summary>The packs that the entries point into.</summary>
    /// <exception cref="UnixException">The file cannot be read.</exception>
    internal IEnumerable<ObjectName> Packs => Names(packs);

    /// <summary>Number of runs in whose place this one stands.</summary>
    internal int ReplacedCount => (int)(replaced.Length / ObjectName.Size);

    /// <summary>The runs in whose place this one stands.</summary>
    /// <exception cref="UnixException">The file cannot be read.</exception>
    internal IEnumerable<ObjectName> Replaced => Names(replaced);

    /// <summary>Number of entries.</summary>
    internal long Count { get; }

    /// <summary>Bytes of its tables that are in memory.</summary>
    internal long Footprint => packs.Footprint + replaced.Footprint + filter.Footprint;

    /// <summary>Whether the directories of its packs were found to agree with it.</summary>
    internal bool IsVerified { get; set; }

    /// <summary>Opens a run.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="name">Its name.</param>
    /// <param name="room">How much memory its tables may take. Those for which there is none are read from the file each time.</param>
    internal static RunOpening TryOpen(RepositoryDirectory repository, ObjectName name, long room)
    {
        UnixFile? file = null;
        RunOpening opening;
        try
        {
            file = repository.TryOpenObject(RepositoryLayout.Run(name));
            opening = file is null ? new RunOpening(null, RunTrouble.Gone) : Read(file, name, room);
        }
        catch (UnixException e)
        {
            opening = new RunOpening(null, RunTrouble.Unreadable, $"cannot be read: {Errno.Describe(e.Errno)}");
        }
        catch (BackshiftException e)
        {
            opening = new RunOpening(null, RunTrouble.Foreign, e.Message);
        }

        if (opening.Run is null)
        {
            file?.Dispose();
        }

        return opening;
    }

    /// <summary>What a reader has against a run, tables and entries; null if it takes it. Its filter is not asked for each entry.</summary>
    /// <param name="file">The run; not closed.</param>
    /// <param name="name">The name that it is to have.</param>
    /// <exception cref="UnixException">The file cannot be read.</exception>
    internal static string? FaultOf(UnixFile file, ObjectName name)
    {
        RunOpening opening = Read(file, name, room: 0);
        return opening.Run is { } run ? run.FaultOfEntries(askFilter: false, counts: null) : opening.Reason;
    }

    /// <summary>The pack with a number.</summary>
    /// <exception cref="UnixException">The file cannot be read.</exception>
    internal ObjectName PackAt(uint number)
    {
        Span<byte> name = stackalloc byte[ObjectName.Size];
        return ObjectName.Read(packs.At(number * (long)ObjectName.Size, name));
    }

    /// <summary>The entries with this key; most often none or one.</summary>
    /// <exception cref="UnixException">The file cannot be read.</exception>
    internal void Find(ulong key, List<Place> found)
    {
        if (!MayContain(key))
        {
            return;
        }

        // Digests are uniform, so the key's share of the keys between two known ones tells where it lies, give or take a page or two. Should a run be
        // otherwise, halving finds it.
        long low = 0, high = Count;
        ulong least = 0, most = ulong.MaxValue;
        for (int reads = 0; low < high; reads++)
        {
            long guess = reads < Guesses
                ? low + (long)((UInt128)(key - least) * (ulong)(high - low) / ((UInt128)(most - least) + 1))
                : low + ((high - low) / 2);
            long first = Math.Max(low, Math.Min(guess - (PageEntries / 2), high - PageEntries));
            int count = (int)Math.Min(PageEntries, high - first);
            ReadEntries(first, page.AsSpan(0, count * RunEntry.Size));
            if (key < KeyAt(0))
            {
                high = first;
                most = KeyAt(0);
            }
            else if (key > KeyAt(count - 1))
            {
                low = first + count;
                least = KeyAt(count - 1);
            }
            else
            {
                Collect(key, first, count, found);
                return;
            }

            // A run that is out of order can lead to bounds that exclude the key.
            if (key < least || key > most)
            {
                return;
            }
        }
    }

    /// <summary>All entries in order, and at the end their checksum.</summary>
    /// <exception cref="BackshiftException">They do not match it: what was given out is not to be used.</exception>
    /// <exception cref="UnixException">The file cannot be read.</exception>
    internal IEnumerable<RunEntry> ReadAll()
    {
        const int Piece = 4096;
        Sha256 hash = new();
        byte[] buffer = new byte[RunEntry.Size * Piece];
        for (long first = 0; first < Count; first += Piece)
        {
            int bytes = (int)Math.Min(Piece, Count - first) * RunEntry.Size;
            ReadEntries(first, buffer.AsSpan(0, bytes));
            hash.AppendData(buffer.AsSpan(0, bytes));
            for (int i = 0; i < bytes; i += RunEntry.Size)
            {
                yield return RunEntry.Read(buffer.AsSpan(i));
            }
        }

        byte[] stored = new byte[Sha256.HashSizeInBytes];
        byte[] checksum = new byte[Sha256.HashSizeInBytes];
        ReadEntries(Count, stored);
        hash.GetHashAndReset(checksum);
        if (!checksum.AsSpan().SequenceEqual(stored))
        {
            throw new BackshiftException(ExitCode.DataError, $"run {Name}: {WrongChecksum}");
        }
    }

    /// <summary>Checks the entries against their checksum, their order, the table of packs and the filter.</summary>
    /// <param name="counts">Takes the number of entries of each pack.</param>
    /// <returns>Null, or what is wrong.</returns>
    /// <exception cref="UnixException">The file cannot be read.</exception>
    internal string? Check(int[]? counts = null) => FaultOfEntries(askFilter: true, counts);

    private string? FaultOfEntries(bool askFilter, int[]? counts)
    {
        string? wrong = null;
        RunEntry previous = default;
        try
        {
            foreach (RunEntry entry in ReadAll())
            {
                wrong ??= entry.CompareTo(previous) < 0 ? "its entries are out of order"
                    : entry.Pack >= PackCount ? "an entry refers to a pack that is not in its table"
                    : askFilter && !MayContain(entry.Key) ? "its filter lacks an entry"
                    : null;
                previous = entry;
                if (counts is not null && entry.Pack < counts.Length)
                {
                    counts[entry.Pack]++;
                }
            }
        }
        catch (BackshiftException)
        {
            return WrongChecksum;
        }

        return wrong;
    }

    public void Dispose() => file.Dispose();

    private const string WrongChecksum = "its entries do not match their checksum";

    private static RunOpening Read(UnixFile file, ObjectName name, long room)
    {
        Span<byte> head = stackalloc byte[RunFile.HeadSize];
        FileStatus status = FileStatus.Of(file);
        if (file.ReadAt(head, 0) != head.Length)
        {
            return Damaged("is cut short");
        }

        if (ObjectHeader.IsOfAnotherKind(head, ObjectType.Run))
        {
            return new RunOpening(null, RunTrouble.Foreign, "has a type or version that this program does not know");
        }

        uint packCount = BinaryPrimitives.ReadUInt32LittleEndian(head[RunFile.PackCountOffset..]);
        uint replacedCount = BinaryPrimitives.ReadUInt32LittleEndian(head[RunFile.ReplacedCountOffset..]);
        ulong entries = BinaryPrimitives.ReadUInt64LittleEndian(head[RunFile.EntryCountOffset..]);
        uint blocks = BinaryPrimitives.ReadUInt32LittleEndian(head[RunFile.FilterBlocksOffset..]);
        if (!head.StartsWith(ObjectHeader.Magic) || ObjectName.Read(head[(ObjectHeader.Size - ObjectName.Size)..]) != name
            || packCount > RunFile.MaxPacks || replacedCount > RunFile.MaxReplaced || entries > RunFile.MaxEntries || blocks > RunFile.MaxFilterBlocks((long)entries))
        {
            return Damaged("its head is inconsistent");
        }

        long replacedOffset = RunFile.HeadSize + (ObjectName.Size * (long)packCount);
        long filterOffset = replacedOffset + (ObjectName.Size * (long)replacedCount);
        long checksumOffset = filterOffset + (BloomFilter.BlockSize * (long)blocks);
        long entriesOffset = checksumOffset + Sha256.HashSizeInBytes;
        if (status.Size != entriesOffset + ((long)entries * RunEntry.Size) + Sha256.HashSizeInBytes)
        {
            return Damaged("its length is wrong");
        }

        // The filter is asked about every chunk; names only where it says yes.
        Sha256 hash = new();
        hash.AppendData(head);
        RunTable? packs = RunTable.TryRead(file, RunFile.HeadSize, replacedOffset - RunFile.HeadSize, room, hash);
        RunTable? replaced = RunTable.TryRead(file, replacedOffset, filterOffset - replacedOffset, room - (packs?.Footprint ?? 0), hash);
        RunTable? filter = RunTable.TryRead(file, filterOffset, checksumOffset - filterOffset, room - (packs?.Footprint ?? 0) - (replaced?.Footprint ?? 0), hash);
        Span<byte> stored = stackalloc byte[Sha256.HashSizeInBytes];
        Span<byte> checksum = stackalloc byte[Sha256.HashSizeInBytes];
        if (packs is null || replaced is null || filter is null || file.ReadAt(stored, checksumOffset) != stored.Length)
        {
            return Damaged("is cut short");
        }

        hash.GetHashAndReset(checksum);
        return checksum.SequenceEqual(stored)
            ? new RunOpening(new RunReader(file, name, packs, replaced, filter, (long)entries, entriesOffset))
            : Damaged("does not match its checksum");
    }

    private static RunOpening Damaged(string reason) => new(null, RunTrouble.Damaged, reason);

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
        if (filter.Length == 0)
        {
            return true;
        }

        Span<byte> block = stackalloc byte[BloomFilter.BlockSize];
        return BloomFilter.MayContain(filter.At(BloomFilter.BlockOf(key, filter.Length / BloomFilter.BlockSize) * BloomFilter.BlockSize, block), key);
    }

    private void Collect(ulong key, long first, int count, List<Place> found)
    {
        int position = 0, end = count;
        while (position < end)
        {
            int middle = (position + end) / 2;
            if (KeyAt(middle) < key)
            {
                position = middle + 1;
            }
            else
            {
                end = middle;
            }
        }

        // Equal keys can reach over the edges of the page; they are rare, so they are read one by one.
        long number = first + position;
        for (int i = 0; i < MaxAlike && position == 0 && number > 0 && EntryAt(number - 1).Key == key; i++)
        {
            number--;
        }

        for (int i = 0; i < MaxAlike && number < Count; i++, number++)
        {
            RunEntry entry = number >= first && number < first + count ? RunEntry.Read(page.AsSpan((int)(number - first) * RunEntry.Size)) : EntryAt(number);
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

    private RunEntry EntryAt(long number)
    {
        Span<byte> one = stackalloc byte[RunEntry.Size];
        ReadEntries(number, one);
        return RunEntry.Read(one);
    }

    private void ReadEntries(long first, Span<byte> buffer)
    {
        if (file.ReadAt(buffer, entriesOffset + (first * RunEntry.Size)) != buffer.Length)
        {
            // It had the right length when it was opened.
            throw new UnixException(Errno.EIO, "pread", file.Path.ToString());
        }
    }

    private ulong KeyAt(int number) => BinaryPrimitives.ReadUInt64BigEndian(page.AsSpan(number * RunEntry.Size));
}
