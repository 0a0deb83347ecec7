using System.Buffers.Binary;
using System.IO.Hashing;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Indexes;

/// <summary>Writes a run: entries in order, in one pass, with the filter kept in memory until its size is known to be right.</summary>
internal static class RunWriter
{
    /// <summary>Writes a run and publishes it under a name of its own.</summary>
    /// <inheritdoc cref="TryPublish"/>
    internal static ObjectName Publish(RepositoryDirectory repository, IReadOnlyList<ObjectName> packs, IReadOnlyList<ObjectName> replaced, long count,
        Func<IEnumerable<RunEntry>> entries)
    {
        ObjectName name = ObjectName.Random();
        return TryPublish(repository, name, packs, replaced, [], count, entries) ? name
            : throw StoreException.NameTwice($"run {name}");
    }

    /// <summary>Writes and publishes a run.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="name">Its name.</param>
    /// <param name="packs">The table of packs; the entries have all chunks of each.</param>
    /// <param name="replaced">The runs that it replaces.</param>
    /// <param name="gone">Packs that are gone.</param>
    /// <param name="count">Number of entries.</param>
    /// <param name="entries">The entries, sorted; walked through twice.</param>
    /// <returns>False if the name is taken.</returns>
    /// <exception cref="StoreException">It cannot be written.</exception>
    /// <exception cref="BackshiftException">It would be larger than a reader accepts, or no reader would accept it: it is not published.</exception>
    internal static bool TryPublish(
        RepositoryDirectory repository, ObjectName name, IReadOnlyList<ObjectName> packs, IReadOnlyList<ObjectName> replaced, IReadOnlyList<ObjectName> gone,
        long count,
        Func<IEnumerable<RunEntry>> entries)
    {
        if (packs.Count > RunFile.MaxPacks || replaced.Count > RunFile.MaxReplaced || gone.Count > RunFile.MaxGone || count > RunFile.MaxEntries)
        {
            throw new BackshiftException(ExitCode.DataError,
                $"run {name}: would have {packs.Count} packs, {replaced.Count} replaced runs, {gone.Count} packs that are gone and {count} entries, which "
                + "is more than a reader accepts");
        }

        BloomFilter filter = new(new byte[BloomFilter.BlocksFor(count) * BloomFilter.BlockSize]);
        foreach (RunEntry entry in entries())
        {
            filter.Add(entry.Key);
        }

        byte[] head = new byte[RunFile.HeadSize + (ObjectName.Size * (packs.Count + replaced.Count + gone.Count))];
        new ObjectHeader(ObjectType.Run, 0, name).CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(RunFile.PackCountOffset), packs.Count);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(RunFile.ReplacedCountOffset), replaced.Count);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(RunFile.EntryCountOffset), count);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(RunFile.FilterBlocksOffset), filter.Bytes.Length / BloomFilter.BlockSize);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(RunFile.GoneCountOffset), gone.Count);
        Span<byte> rest = head.AsSpan(RunFile.HeadSize);
        foreach (ObjectName named in packs.Concat(replaced.Order()).Concat(gone.Order()))
        {
            named.CopyTo(rest);
            rest = rest[ObjectName.Size..];
        }

        using IObjectDraft draft = repository.Store.Create(ObjectType.Run);
        Sha256 hash = new();
        byte[] checksum = new byte[Sha256.HashSizeInBytes];
        hash.AppendData(head);
        hash.GetHashAndReset(checksum);
        draft.Write(head);
        draft.Write(checksum);
        WriteFilter(draft, hash, filter.Bytes);
        WriteEntries(draft, hash, entries(), count);
        hash.GetHashAndReset(checksum);
        draft.Write(checksum);
        if (RunReader.FaultOf(draft, name) is { } fault)
        {
            throw new BackshiftException(ExitCode.DataError, $"run {name}: {fault}, just after it was written; it is not published",
                "test the memory and the disk of this machine, and save again");
        }

        return draft.TryPublish(ObjectPath.Run(name));
    }

    private static void WriteFilter(IObjectDraft draft, Sha256 hash, ReadOnlySpan<byte> filter)
    {
        const int Page = RunFile.PageBlocks * BloomFilter.BlockSize;
        byte[] buffer = new byte[Page + RunPages.CrcSize];
        for (int at = 0; at < filter.Length; at += Page)
        {
            ReadOnlySpan<byte> page = filter.Slice(at, Math.Min(Page, filter.Length - at));
            page.CopyTo(buffer);
            WritePage(draft, hash, buffer, page.Length);
        }
    }

    private static void WriteEntries(IObjectDraft draft, Sha256 hash, IEnumerable<RunEntry> entries, long count)
    {
        byte[] buffer = new byte[(RunFile.PageEntries * RunEntry.Size) + RunPages.CrcSize];
        int filled = 0;
        foreach (RunEntry entry in entries)
        {
            entry.CopyTo(buffer.AsSpan(filled));
            filled += RunEntry.Size;
            count--;
            if (filled == RunFile.PageEntries * RunEntry.Size)
            {
                WritePage(draft, hash, buffer, filled);
                filled = 0;
            }
        }

        if (count != 0)
        {
            throw new BackshiftException(ExitCode.DataError, "a run of the index had another length when it was read back");
        }

        if (filled > 0)
        {
            WritePage(draft, hash, buffer, filled);
        }
    }

    private static void WritePage(IObjectDraft draft, Sha256 hash, byte[] buffer, int length)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(length), Crc32.HashToUInt32(buffer.AsSpan(0, length)));
        hash.AppendData(buffer.AsSpan(0, length + RunPages.CrcSize));
        draft.Write(buffer.AsSpan(0, length + RunPages.CrcSize));
    }
}
