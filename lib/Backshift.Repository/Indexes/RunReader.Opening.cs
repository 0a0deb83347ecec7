using System.Buffers;
using System.Buffers.Binary;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Indexes;

/// <content>Opening a run.</content>
internal sealed partial class RunReader
{
    // An encrypted run up to this length is decrypted once, and one that comes from afar may be read at once. Of a longer encrypted one 16 KiB are decrypted
    // for each page that is read.
    private const int DecryptedLimit = 4 << 20;

    /// <summary>Opens a run: in one request, unless it is long and names many packs.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="name">Its name.</param>
    /// <param name="room">How much memory its tables may take. Those for which there is none are read from the file each time.</param>
    /// <param name="isOften">Whether so much of it is going to be looked up, as of what was just stored, that all of it is read at once where that takes less
    /// long.</param>
    internal static RunOpening TryOpen(RepositoryDirectory repository, ObjectName name, long room, bool isOften = false)
    {
        RunOpening opening = TryOpenOnce(repository, name, room, isOften && repository.Store.TakesAnnouncements);
        return opening.Trouble is RunTrouble.Damaged or RunTrouble.Foreign && repository.Store.TryForget(ObjectPath.Run(name))
            ? TryOpenOnce(repository, name, room, isWhole: false) : opening;
    }

    private static RunOpening TryOpenOnce(RepositoryDirectory repository, ObjectName name, long room, bool isWhole)
    {
        IStoredObject? stored = null;
        RunOpening opening;
        long whole = 0;
        byte[] head = ArrayPool<byte>.Shared.Rent(RunFile.UsualHead);
        try
        {
            stored = repository.Store.TryOpen(ObjectPath.Run(name), ObjectEnd.Head, head.AsSpan(0, RunFile.UsualHead), out int count);
            if (stored is not null && count == stored.Length && count <= room)
            {
                stored = new WholeRun(stored, head.AsSpan(0, count).ToArray(), repository.Store.MayKeep);
            }
            else if (stored is not null && (isWhole || stored is IStoredView) && stored.Length <= Math.Min(room, DecryptedLimit))
            {
                // Not waited for: all that are opened are on their way at once.
                whole = stored.Length;
                stored.TryAnnounce(0, (int)whole, mayBeKept: true);
                stored = new WholeRun(stored, null, repository.Store.MayKeep);
            }

            opening = stored is null ? new RunOpening(null, RunTrouble.Gone) : Read(stored, head.AsSpan(0, count), name, room - whole);
            if (opening.Run is not null)
            {
                opening.Run.Whole = whole;
            }
        }
        catch (StoreException e)
        {
            opening = new RunOpening(null, RunTrouble.Unreadable, $"cannot be read: {e.Reason}");
        }
        catch (BackshiftException e)
        {
            opening = new RunOpening(null, IsSealedRun(repository, name) ? RunTrouble.Damaged : RunTrouble.Foreign, e.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(head);
        }

        if (opening.Run is null)
        {
            stored?.Dispose();
        }

        return opening;
    }

    /// <summary>Whether what cannot be opened is an encrypted run: then its seals are damaged, or another run is in its place.</summary>
    private static bool IsSealedRun(RepositoryDirectory repository, ObjectName name)
    {
        if (repository.Store.Seal is null)
        {
            return false;
        }

        try
        {
            Span<byte> header = stackalloc byte[ObjectHeader.Size];
            using IStoredObject? stored = repository.Store.Raw.TryOpen(ObjectPath.Run(name), ObjectEnd.Head, header, out int count);
            return count == header.Length && header.StartsWith(ObjectHeader.Magic)
                && !ObjectHeader.IsOfAnotherKind(header, ObjectType.Run, isSealed: true);
        }
        catch (BackshiftException)
        {
            return false;
        }
    }

    /// <summary>Why a reader would refuse a run, its tables or its pages; null if it accepts it. The filter is not tested with every entry.</summary>
    /// <param name="stored">The run; not closed.</param>
    /// <param name="name">The name that it is to have.</param>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    internal static string? FaultOf(IStoredObject stored, ObjectName name)
    {
        RunOpening opening = Unpublished(stored, name);
        return opening.Run is { } run ? run.FaultOfEntries(askFilter: false, sums: null) : opening.Reason;
    }

    /// <summary>A run that is not published, for a look at what it says.</summary>
    /// <param name="stored">The run; left to the caller, so this is not to be disposed of.</param>
    /// <param name="name">The name that it is to have.</param>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    internal static RunOpening Unpublished(IStoredObject stored, ObjectName name)
    {
        Span<byte> head = stackalloc byte[RunFile.HeadSize];
        return Read(stored, head[..stored.ReadAt(head, 0)], name, room: 0);
    }

    private static RunOpening Read(IStoredObject stored, ReadOnlySpan<byte> head, ObjectName name, long room)
    {
        if (head.Length < RunFile.HeadSize)
        {
            return Damaged("is cut short");
        }

        if (ObjectHeader.IsOfAnotherKind(head, ObjectType.Run))
        {
            return new RunOpening(null, RunTrouble.Foreign, "has a type or version that this program does not know");
        }

        uint packCount = BinaryPrimitives.ReadUInt32LittleEndian(head[RunFile.PackCountOffset..]);
        uint replacedCount = BinaryPrimitives.ReadUInt32LittleEndian(head[RunFile.ReplacedCountOffset..]);
        ulong count = BinaryPrimitives.ReadUInt64LittleEndian(head[RunFile.EntryCountOffset..]);
        uint blocks = BinaryPrimitives.ReadUInt32LittleEndian(head[RunFile.FilterBlocksOffset..]);
        uint goneCount = BinaryPrimitives.ReadUInt32LittleEndian(head[RunFile.GoneCountOffset..]);
        if (!head.StartsWith(ObjectHeader.Magic) || ObjectName.Read(head[(ObjectHeader.Size - ObjectName.Size)..]) != name
            || packCount > RunFile.MaxPacks || replacedCount > RunFile.MaxReplaced || goneCount > RunFile.MaxGone
            || count > RunFile.MaxEntries || blocks > RunFile.MaxFilterBlocks((long)count))
        {
            return Damaged("its head is inconsistent");
        }

        long replacedOffset = RunFile.HeadSize + (ObjectName.Size * (long)packCount);
        long goneOffset = replacedOffset + (ObjectName.Size * (long)replacedCount);
        long checksumOffset = goneOffset + (ObjectName.Size * (long)goneCount);
        long filterOffset = checksumOffset + Sha256.HashSizeInBytes;
        long entriesOffset = filterOffset + RunPages.LengthOf(blocks, BloomFilter.BlockSize, RunFile.PageBlocks);
        if (stored.Length != entriesOffset + RunPages.LengthOf((long)count, RunEntry.Size, RunFile.PageEntries) + Sha256.HashSizeInBytes)
        {
            return Damaged("its length is wrong");
        }

        Sha256 hash = new();
        hash.AppendData(head[..RunFile.HeadSize]);
        RunTable? packs = RunTable.TryRead(stored, head, RunFile.HeadSize, replacedOffset - RunFile.HeadSize, room, hash);
        room -= packs?.Footprint ?? 0;
        RunTable? replaced = RunTable.TryRead(stored, head, replacedOffset, goneOffset - replacedOffset, room, hash);
        room -= replaced?.Footprint ?? 0;
        RunTable? gone = RunTable.TryRead(stored, head, goneOffset, checksumOffset - goneOffset, room, hash);
        room -= gone?.Footprint ?? 0;
        Span<byte> expected = stackalloc byte[Sha256.HashSizeInBytes];
        Span<byte> checksum = stackalloc byte[Sha256.HashSizeInBytes];
        bool isKnown = filterOffset <= head.Length;
        if (isKnown)
        {
            head.Slice((int)checksumOffset, expected.Length).CopyTo(expected);
        }

        if (packs is null || replaced is null || gone is null || (!isKnown && stored.ReadKept(expected, checksumOffset) != expected.Length))
        {
            return Damaged("is cut short");
        }

        hash.GetHashAndReset(checksum);
        if (!checksum.SequenceEqual(expected))
        {
            return Damaged("does not match its checksum");
        }

        RunPages filter = new(stored, filterOffset, blocks, BloomFilter.BlockSize, RunFile.PageBlocks);
        RunPages entries = new(stored, entriesOffset, (long)count, RunEntry.Size, RunFile.PageEntries);
        return new RunOpening(new RunReader(stored, name, new RunTables(packs, replaced, gone), filter, entries, keepsFilter: filter.Length <= room));
    }

    private static RunOpening Damaged(string reason) => new(null, RunTrouble.Damaged, reason);
}
