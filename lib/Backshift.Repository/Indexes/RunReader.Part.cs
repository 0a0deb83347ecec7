using Backshift.Objects;

namespace Backshift.Repository.Indexes;

/// <content>Checking a part of a run that is too long to be read whole.</content>
internal sealed partial class RunReader
{
    /// <summary>
    /// Checks a part of the run, another one each time: the pages of its entries and those of the filter with these against their checksums, the order of the
    /// entries, the table of packs and the filter. That is all of <see cref="Check"/> but the checksum of all pages together.
    /// </summary>
    /// <param name="limit">How many entries are read at most, about.</param>
    /// <returns>Null, or what is wrong.</returns>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    internal string? CheckPart(long limit)
    {
        long length = Math.Max(1, limit / RunFile.PageEntries);
        long first = length * Random.Shared.NextInt64((entries.PageCount + length - 1) / length);

        // With the page before: whether one part goes on where the last one ended is verified too.
        return FaultOf(ReadPart(Math.Max(0, first - 1), Math.Min(first + length, entries.PageCount)), IsInStoredFilter, sums: null);
    }

    private IEnumerable<RunEntry> ReadPart(long first, long end)
    {
        byte[] page = new byte[RunFile.PageEntries * RunEntry.Size];
        for (long number = first; number < end; number++)
        {
            ReadOnlySpan<byte> read = entries.Stored(number)[..^RunPages.CrcSize];
            read.CopyTo(page);
            int length = read.Length;
            for (int i = 0; i < length; i += RunEntry.Size)
            {
                yield return RunEntry.Read(page.AsSpan(i));
            }
        }
    }

    // As it is in the repository now: the filter in memory, or in a cache, is that of some time before.
    private bool IsInStoredFilter(ulong key)
    {
        if (filter.Count == 0)
        {
            return true;
        }

        long block = BloomFilter.BlockOf(key, filter.Count), number = block / RunFile.PageBlocks;
        ReadOnlySpan<byte> page = filter.Stored(number);
        return BloomFilter.MayContain(page.Slice((int)(block - filter.FirstOf(number)) * BloomFilter.BlockSize, BloomFilter.BlockSize), key);
    }
}
