using System.Buffers.Binary;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Objects;

namespace Backshift.Repository.Indexes;

/// <summary>One run of the index, open: its filter is in memory, its entries are looked up in the file.</summary>
internal sealed class RunReader : IDisposable
{
    private const int PageEntries = 256;
    private const int Guesses = 4;

    private readonly UnixFile file;
    private readonly BloomFilter filter;
    private readonly long entriesOffset;
    private readonly byte[] page = new byte[PageEntries * RunEntry.Size];

    private RunReader(UnixFile file, ObjectName name, ObjectName[] packs, ObjectName[] replaced, BloomFilter filter, long count, long entriesOffset)
    {
        this.file = file;
        this.filter = filter;
        this.entriesOffset = entriesOffset;
        Name = name;
        Packs = packs;
        Replaced = replaced;
        Count = count;
    }

    internal ObjectName Name { get; }

    /// <summary>The packs that the entries point into.</summary>
    internal ObjectName[] Packs { get; }

    /// <summary>The runs in whose place this one stands.</summary>
    internal ObjectName[] Replaced { get; }

    /// <summary>Number of entries.</summary>
    internal long Count { get; }

    /// <summary>Opens a run.</summary>
    /// <returns>Null if it is gone: a run that replaces it was published.</returns>
    /// <exception cref="BackshiftException">It is damaged.</exception>
    /// <exception cref="UnixException">It cannot be read.</exception>
    internal static RunReader? TryOpen(RepositoryDirectory repository, ObjectName name)
    {
        if (repository.TryOpenObject(RepositoryLayout.Run(name)) is not { } file)
        {
            return null;
        }

        bool opened = false;
        try
        {
            RunReader reader = Read(file, name);
            opened = true;
            return reader;
        }
        finally
        {
            if (!opened)
            {
                file.Dispose();
            }
        }
    }

    /// <summary>The entries with this key; most often none or one.</summary>
    /// <exception cref="UnixException">The file cannot be read.</exception>
    internal void Find(ulong key, List<Place> found)
    {
        if (!filter.MayContain(key))
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
            ReadEntries(first, count);
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
        }
    }

    /// <summary>Reads entries in order into <paramref name="buffer"/>.</summary>
    /// <param name="first">Number of the first.</param>
    /// <param name="buffer">A multiple of <see cref="RunEntry.Size"/> long.</param>
    /// <exception cref="BackshiftException">The file is cut short.</exception>
    internal void ReadEntries(long first, Span<byte> buffer)
    {
        if (file.ReadAt(buffer, entriesOffset + (first * RunEntry.Size)) != buffer.Length)
        {
            throw Damaged(Name, "is cut short");
        }
    }

    /// <summary>Checks the entries against their checksum and their order.</summary>
    /// <returns>Null, or what is wrong.</returns>
    internal string? Check()
    {
        Sha256 hash = new();
        byte[] buffer = new byte[RunEntry.Size * 4096];
        RunEntry previous = default;
        for (long first = 0; first < Count; first += 4096)
        {
            Span<byte> some = buffer.AsSpan(0, (int)Math.Min(4096, Count - first) * RunEntry.Size);
            ReadEntries(first, some);
            hash.AppendData(some);
            for (int i = 0; i < some.Length; i += RunEntry.Size)
            {
                RunEntry entry = RunEntry.Read(some[i..]);
                if (entry.CompareTo(previous) < 0)
                {
                    return "its entries are out of order";
                }

                if (entry.Pack >= Packs.Length)
                {
                    return "an entry names a pack that its table does not have";
                }

                previous = entry;
            }
        }

        Span<byte> checksum = stackalloc byte[Sha256.HashSizeInBytes];
        Span<byte> stored = stackalloc byte[Sha256.HashSizeInBytes];
        hash.GetHashAndReset(checksum);
        return file.ReadAt(stored, entriesOffset + (Count * RunEntry.Size)) == stored.Length && stored.SequenceEqual(checksum) ? null : "its entries do not match their checksum";
    }

    public void Dispose() => file.Dispose();

    private static RunReader Read(UnixFile file, ObjectName name)
    {
        Span<byte> head = stackalloc byte[RunFile.HeadSize];
        if (file.ReadAt(head, 0) != head.Length)
        {
            throw Damaged(name, "is cut short");
        }

        ObjectHeader header = ObjectHeader.Read(head, ObjectType.Run, $"run {name}");
        uint packs = BinaryPrimitives.ReadUInt32LittleEndian(head[RunFile.PackCountOffset..]);
        uint replaced = BinaryPrimitives.ReadUInt32LittleEndian(head[RunFile.ReplacedCountOffset..]);
        ulong entries = BinaryPrimitives.ReadUInt64LittleEndian(head[RunFile.EntryCountOffset..]);
        uint blocks = BinaryPrimitives.ReadUInt32LittleEndian(head[RunFile.FilterBlocksOffset..]);
        if (header.Name != name || packs > RunFile.MaxPacks || replaced > RunFile.MaxReplaced || entries > RunFile.MaxEntries || blocks > RunFile.MaxFilterBlocks)
        {
            throw Damaged(name, "its head does not fit");
        }

        long entriesOffset = RunFile.HeadSize + (ObjectName.Size * (long)(packs + replaced)) + (BloomFilter.BlockSize * (long)blocks) + Sha256.HashSizeInBytes;
        if (FileStatus.Of(file).Size != entriesOffset + ((long)entries * RunEntry.Size) + Sha256.HashSizeInBytes)
        {
            throw Damaged(name, "its length does not fit");
        }

        byte[] names = new byte[ObjectName.Size * (packs + replaced)];
        byte[] filter = GC.AllocateUninitializedArray<byte>((int)blocks * BloomFilter.BlockSize);
        Span<byte> stored = stackalloc byte[Sha256.HashSizeInBytes];
        Span<byte> checksum = stackalloc byte[Sha256.HashSizeInBytes];
        if (file.ReadAt(names, RunFile.HeadSize) != names.Length || file.ReadAt(filter, RunFile.HeadSize + names.Length) != filter.Length
            || file.ReadAt(stored, entriesOffset - stored.Length) != stored.Length)
        {
            throw Damaged(name, "is cut short");
        }

        Sha256 hash = new();
        hash.AppendData(head);
        hash.AppendData(names);
        hash.AppendData(filter);
        hash.GetHashAndReset(checksum);
        if (!checksum.SequenceEqual(stored))
        {
            throw Damaged(name, "does not match its checksum");
        }

        return new RunReader(file, name, Names(names.AsSpan(0, (int)packs * ObjectName.Size)), Names(names.AsSpan((int)packs * ObjectName.Size)), new BloomFilter(filter), (long)entries, entriesOffset);
    }

    private static ObjectName[] Names(ReadOnlySpan<byte> bytes)
    {
        ObjectName[] names = new ObjectName[bytes.Length / ObjectName.Size];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = ObjectName.Read(bytes[(i * ObjectName.Size)..]);
        }

        return names;
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
        if (position == 0)
        {
            while (number > 0 && EntryAt(number - 1).Key == key)
            {
                number--;
            }
        }

        for (; number < Count; number++)
        {
            RunEntry entry = number >= first && number < first + count ? RunEntry.Read(page.AsSpan((int)(number - first) * RunEntry.Size)) : EntryAt(number);
            if (entry.Key != key)
            {
                break;
            }

            if (entry.Pack < Packs.Length)
            {
                found.Add(new Place(Packs[entry.Pack], (int)Math.Min(entry.Slot, int.MaxValue)));
            }
        }
    }

    private RunEntry EntryAt(long number)
    {
        Span<byte> one = stackalloc byte[RunEntry.Size];
        ReadEntries(number, one);
        return RunEntry.Read(one);
    }

    private void ReadEntries(long first, int count) => ReadEntries(first, page.AsSpan(0, count * RunEntry.Size));

    private ulong KeyAt(int number) => BinaryPrimitives.ReadUInt64BigEndian(page.AsSpan(number * RunEntry.Size));

    private static BackshiftException Damaged(ObjectName name, string how) =>
        new(ExitCode.DataError, $"run {name}: {how}", "an index can be made anew from the packs: delete this file; the next save does the rest");
}
