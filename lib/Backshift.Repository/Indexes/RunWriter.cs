using System.Buffers.Binary;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Objects;

namespace Backshift.Repository.Indexes;

/// <summary>Writes a run: entries in order, in one pass, with the filter kept in memory until its size is known to be right.</summary>
internal static class RunWriter
{
    /// <summary>Writes a run and publishes it under a name of its own.</summary>
    /// <inheritdoc cref="TryPublish"/>
    internal static ObjectName Publish(RepositoryDirectory repository, IReadOnlyList<ObjectName> packs, IReadOnlyList<ObjectName> replaced, long count, Func<IEnumerable<RunEntry>> entries)
    {
        ObjectName name = ObjectName.Random();
        return TryPublish(repository, name, packs, replaced, count, entries) ? name : throw new InvalidOperationException($"run {name}: a random name came twice");
    }

    /// <summary>Writes and publishes a run.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="name">Its name.</param>
    /// <param name="packs">The table of packs; the entries have all chunks of each.</param>
    /// <param name="replaced">The runs that it replaces.</param>
    /// <param name="count">Number of entries.</param>
    /// <param name="entries">The entries, sorted; walked through twice.</param>
    /// <returns>False if the name is taken.</returns>
    /// <exception cref="UnixException">It cannot be written.</exception>
    /// <exception cref="BackshiftException">It would be larger than a reader accepts, or no reader would take it: it is not published.</exception>
    internal static bool TryPublish(
        RepositoryDirectory repository, ObjectName name, IReadOnlyList<ObjectName> packs, IReadOnlyList<ObjectName> replaced, long count, Func<IEnumerable<RunEntry>> entries)
    {
        if (packs.Count > RunFile.MaxPacks || replaced.Count > RunFile.MaxReplaced || count > RunFile.MaxEntries)
        {
            throw new BackshiftException(ExitCode.DataError, $"run {name}: would have {packs.Count} packs, {replaced.Count} replaced runs and {count} entries, which is more than a reader accepts");
        }

        BloomFilter filter = new(new byte[BloomFilter.BlocksFor(count) * BloomFilter.BlockSize]);
        foreach (RunEntry entry in entries())
        {
            filter.Add(entry.Key);
        }

        byte[] head = new byte[RunFile.HeadSize + (ObjectName.Size * (packs.Count + replaced.Count))];
        new ObjectHeader(ObjectType.Run, 0, name).CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(RunFile.PackCountOffset), packs.Count);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(RunFile.ReplacedCountOffset), replaced.Count);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(RunFile.EntryCountOffset), count);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(RunFile.FilterBlocksOffset), filter.Bytes.Length / BloomFilter.BlockSize);
        Span<byte> rest = head.AsSpan(RunFile.HeadSize);
        foreach (ObjectName named in packs.Concat(replaced.Order()))
        {
            named.CopyTo(rest);
            rest = rest[ObjectName.Size..];
        }

        using DurableFile file = repository.Publisher.CreateTemporary();
        Sha256 hash = new();
        byte[] checksum = new byte[Sha256.HashSizeInBytes];
        hash.AppendData(head);
        hash.AppendData(filter.Bytes);
        hash.GetHashAndReset(checksum);
        file.Write(head);
        file.Write(filter.Bytes);
        file.Write(checksum);
        WriteEntries(file, hash, entries(), count);
        hash.GetHashAndReset(checksum);
        file.Write(checksum);
        if (RunReader.FaultOf(file.File, name) is { } fault)
        {
            throw new BackshiftException(ExitCode.DataError, $"run {name}: {fault}, just after it was written; it is not published", "test the memory and the disk of this machine, and save again");
        }

        return file.TryPublish(RepositoryLayout.Run(name));
    }

    private static void WriteEntries(DurableFile file, Sha256 hash, IEnumerable<RunEntry> entries, long count)
    {
        byte[] buffer = new byte[RunEntry.Size * 4096];
        int filled = 0;
        foreach (RunEntry entry in entries)
        {
            entry.CopyTo(buffer.AsSpan(filled));
            filled += RunEntry.Size;
            count--;
            if (filled == buffer.Length)
            {
                hash.AppendData(buffer);
                file.Write(buffer);
                filled = 0;
            }
        }

        if (count != 0)
        {
            throw new BackshiftException(ExitCode.DataError, "a run of the index had another length when it was read back");
        }

        hash.AppendData(buffer.AsSpan(0, filled));
        file.Write(buffer.AsSpan(0, filled));
    }
}
