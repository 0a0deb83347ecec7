using System.Buffers.Binary;
using System.IO.Hashing;
using Backshift.Objects;
using Backshift.Records;

namespace Backshift.Repository.Indexes;

/// <summary>
/// Items of one size in the pages of a run, each page followed by its CRC-32; see backshift-repository(5), "Index". A page is read and verified when it is
/// needed; the one that was used last is kept.
/// </summary>
internal sealed class RunPages
{
    internal const int CrcSize = sizeof(uint);

    private readonly IStoredObject run;
    private readonly long offset;
    private readonly int itemSize;
    private readonly int pageItems;
    private readonly byte[] page;
    private byte[]? memory;
    private long held = -1;

    // Whether the page that is held was read of the repository itself.
    private bool isStored;

    /// <param name="run">The run; must stay open.</param>
    /// <param name="offset">Where the first page starts.</param>
    /// <param name="count">Number of items.</param>
    /// <param name="itemSize">Length of an item in bytes.</param>
    /// <param name="pageItems">Number of items in a page; the last one has the rest.</param>
    internal RunPages(IStoredObject run, long offset, long count, int itemSize, int pageItems)
    {
        this.run = run;
        this.offset = offset;
        this.itemSize = itemSize;
        this.pageItems = pageItems;
        page = new byte[((int)Math.Min(count, pageItems) * itemSize) + CrcSize];
        Count = count;
    }

    /// <summary>Number of items.</summary>
    internal long Count { get; }

    internal long PageCount => PagesOf(Count, pageItems);

    /// <summary>Whether all pages are in memory.</summary>
    internal bool IsLoaded => memory is not null;

    /// <summary>Bytes of the items, without what stands between the pages.</summary>
    internal long Length => Count * itemSize;

    /// <summary>Bytes that the pages of so many items take.</summary>
    internal static long LengthOf(long count, int itemSize, int pageItems) => (count * itemSize) + (PagesOf(count, pageItems) * CrcSize);

    /// <summary>Number of the first item in a page.</summary>
    internal long FirstOf(long number) => number * pageItems;

    /// <summary>Reads all pages into memory, where they stay until <see cref="Unload"/>.</summary>
    /// <exception cref="StoreException">They cannot be read.</exception>
    /// <exception cref="BackshiftException">One does not match its checksum.</exception>
    internal void Load()
    {
        byte[] all = GC.AllocateUninitializedArray<byte>((int)Length);
        for (long number = 0; number < PageCount; number++)
        {
            Page(number).CopyTo(all.AsSpan((int)FirstOf(number) * itemSize));
        }

        memory = all;
    }

    /// <summary>Gives back the memory that <see cref="Load"/> took.</summary>
    internal void Unload() => memory = null;

    /// <summary>The items of a page; valid until the next call.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    /// <exception cref="BackshiftException">It does not match its checksum.</exception>
    internal ReadOnlySpan<byte> Page(long number)
    {
        Span<byte> stored = page.AsSpan(0, LengthOf(number));
        if (held != number)
        {
            held = -1;
            isStored = false;
            run.ReadKeptExactly(stored, PlaceOf(number));
            if (!IsSound(stored))
            {
                return Stored(number)[..^CrcSize];
            }

            held = number;
        }

        return stored[..^CrcSize];
    }

    /// <summary>Has a page be asked for that is going to be read, where that takes long.</summary>
    /// <returns>False if it was not, since so much is asked for.</returns>
    internal bool TryAnnounce(long number) => held == number || run.TryAnnounce(PlaceOf(number), LengthOf(number), mayBeKept: true);

    /// <summary>Whether to read a page that was announced would mean to wait for it.</summary>
    internal bool IsUnderWay(long number) => held != number && run.IsUnderWay(PlaceOf(number), LengthOf(number), mayBeKept: true);

    /// <summary>A page with its checksum, as it is stored now; valid until the next call.</summary>
    /// <inheritdoc cref="Page"/>
    internal ReadOnlySpan<byte> Stored(long number)
    {
        Span<byte> stored = page.AsSpan(0, LengthOf(number));
        if (held != number || !isStored)
        {
            held = -1;
            run.ReadExactly(stored, PlaceOf(number));
            if (!IsSound(stored))
            {
                throw new BackshiftException(ExitCode.DataError, WrongChecksum);
            }

            held = number;
            isStored = true;
        }

        return stored;
    }

    /// <summary>One item; valid until the next call.</summary>
    /// <inheritdoc cref="Page"/>
    internal ReadOnlySpan<byte> At(long item)
    {
        if (memory is not null)
        {
            return memory.AsSpan((int)item * itemSize, itemSize);
        }

        long number = item / pageItems;
        return Page(number).Slice((int)(item - FirstOf(number)) * itemSize, itemSize);
    }

    internal const string WrongChecksum = "a page does not match its checksum";

    private int LengthOf(long number) => ((int)Math.Min(pageItems, Count - FirstOf(number)) * itemSize) + CrcSize;

    private long PlaceOf(long number) => offset + (number * ((pageItems * itemSize) + CrcSize));

    private static bool IsSound(ReadOnlySpan<byte> stored) =>
        Crc32.HashToUInt32(stored[..^CrcSize]) == BinaryPrimitives.ReadUInt32LittleEndian(stored[^CrcSize..]);

    private static long PagesOf(long count, int pageItems) => (count + pageItems - 1) / pageItems;
}
