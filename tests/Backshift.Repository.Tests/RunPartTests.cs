using System.Buffers.Binary;
using System.IO.Hashing;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Repository.Configuration;
using Backshift.Repository.Indexes;

namespace Backshift.Repository.Tests;

/// <summary>What a save reads of the index to find damage: never more than so much, and in the end all of it.</summary>
public sealed class RunPartTests : IDisposable
{
    private const int Count = 20_000;

    // Three pages of entries, of 79.
    private const int Limit = 1000;
    private const int Parts = 27;

    private const int EntryPage = (RunFile.PageEntries * RunEntry.Size) + RunPages.CrcSize;
    private const int FilterPage = (RunFile.PageBlocks * BloomFilter.BlockSize) + RunPages.CrcSize;

    // After the head, the name of one pack and a checksum.
    private const int Filter = RunFile.HeadSize + ObjectName.Size + Sha256.HashSizeInBytes;

    private static readonly int Entries =
        Filter + (int)RunPages.LengthOf(BloomFilter.BlocksFor(Count), BloomFilter.BlockSize, RunFile.PageBlocks);

    private readonly IndexedRepository index = new();

    [Fact]
    public void Of_a_run_with_more_entries_than_may_be_read_a_part_is_read()
    {
        Publish(Count, seed: 1);
        HashSet<long> places = [];
        foreach (IReadOnlyList<StoreCall> reads in Scrub(20 * Parts, Limit))
        {
            // What was read last is in memory.
            Assert.InRange(reads.Sum(static read => read.Bytes), 0, (4 * EntryPage) + (3 * FilterPage));
            places.UnionWith(reads.Select(static read => read.Offset));
        }

        // In the end every page was read.
        int pages = (Count + RunFile.PageEntries - 1) / RunFile.PageEntries;
        Assert.Equal(
            Enumerable.Range(0, pages).Select(static number => (long)Entries + (number * EntryPage)), places.Where(static at => at >= Entries).Order());
        Assert.Equal((Entries - Filter + FilterPage - 1) / FilterPage, places.Count(static at => at < Entries));
    }

    [Fact]
    public void All_runs_together_are_not_read_beyond_the_limit()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            Publish(5000, seed);
        }

        const int Together = 12_000;
        foreach (IReadOnlyList<StoreCall> reads in Scrub(20, Together))
        {
            // Two whole ones and a part of a third. Each has pages that its entries do not fill, and the filter, which is read for itself and for the entries.
            Assert.Equal(3, reads.Select(static read => read.Path).Distinct().Count());
            Assert.InRange(reads.Sum(static read => read.Bytes), Together * RunEntry.Size, (Together * RunEntry.Size) + (3 * 8 * EntryPage));
        }
    }

    [Theory]
    [InlineData("first entry")]
    [InlineData("entry in the middle")]
    [InlineData("last entry")]
    [InlineData("first block of the filter")]
    [InlineData("last block of the filter")]
    [InlineData("pages of two parts exchanged")]
    [InlineData("page of the filter without a bit")]
    [InlineData("entry of no pack")]
    public void Damage_anywhere_in_a_run_is_found_in_the_end(string damage)
    {
        ObjectName run = Publish(Count, seed: 2);
        BytePath path = ObjectPath.Run(run).Path;
        byte[] bytes = index.Repository.Get(path);
        Harm(bytes, damage);
        index.Repository.Delete(path);
        index.Repository.Put(path, bytes);

        // Each part is as likely as any other: one in 500 million times it is not among these.
        using RunSet set = index.Open();
        for (int i = 0; i < 20 * Parts && set.Runs.Count > 0; i++)
        {
            RunCheck.Scrub(set, Limit);
        }

        Assert.Equal([run], set.Broken);
        Assert.Single(index.Said);
    }

    [Fact]
    public void A_run_without_damage_is_given_up_by_no_part()
    {
        Publish(Count, seed: 3);
        using RunSet set = index.Open();
        for (int i = 0; i < 5 * Parts; i++)
        {
            RunCheck.Scrub(set, Limit);
        }

        Assert.Single(set.Runs);
        Assert.Empty(index.Said);
    }

    public void Dispose() => index.Dispose();

    private static void Harm(byte[] bytes, string damage)
    {
        switch (damage)
        {
            case "first entry":
                bytes[Entries] ^= 1;
                break;
            case "entry in the middle":
                bytes[(Entries + bytes.Length) / 2] ^= 1;
                break;
            case "last entry":
                bytes[^(Sha256.HashSizeInBytes + RunPages.CrcSize + 1)] ^= 1;
                break;
            case "first block of the filter":
                bytes[Filter] ^= 1;
                break;
            case "last block of the filter":
                bytes[Entries - RunPages.CrcSize - 1] ^= 1;
                break;
            case "pages of two parts exchanged":
                byte[] third = bytes.AsSpan(Entries + (2 * EntryPage), EntryPage).ToArray();
                bytes.AsSpan(Entries + (3 * EntryPage), EntryPage).CopyTo(bytes.AsSpan(Entries + (2 * EntryPage)));
                third.CopyTo(bytes.AsSpan(Entries + (3 * EntryPage)));
                break;
            case "page of the filter without a bit":
                bytes.AsSpan(Filter + FilterPage, FilterPage).Clear();
                Sign(bytes.AsSpan(Filter + FilterPage, FilterPage));
                break;
            default:
                Span<byte> page = bytes.AsSpan(Entries + (40 * EntryPage), EntryPage);
                (RunEntry.Read(page) with { Pack = 1 }).CopyTo(page);
                Sign(page);
                break;
        }
    }

    private static void Sign(Span<byte> page) =>
        BinaryPrimitives.WriteUInt32LittleEndian(page[^RunPages.CrcSize..], Crc32.HashToUInt32(page[..^RunPages.CrcSize]));

    private ObjectName Publish(int count, int seed)
    {
        Random random = new(seed);
        List<RunEntry> entries = [.. Enumerable.Range(0, count).Select(slot => new RunEntry((ulong)random.NextInt64() << 1, 0, (uint)slot)).Order()];
        return RunWriter.Publish(index.Repository.Directory, [ObjectName.Random()], [], count, () => entries);
    }

    /// <summary>What is read of runs, each of so many times that a part of them is verified.</summary>
    private List<IReadOnlyList<StoreCall>> Scrub(int times, long limit)
    {
        using RecordingStore store = new(DirectoryStore.Open(index.Repository.Root));
        using RepositoryDirectory repository = RepositoryDirectory.Open(store);
        using RunSet set = RunSet.Open(repository, index.Say);
        List<IReadOnlyList<StoreCall>> reads = [];
        for (int i = 0; i < times; i++)
        {
            store.Clear();
            RunCheck.Scrub(set, limit);
            reads.Add([.. store.Calls.Where(static call => call is { Verb: "read", Type: ObjectType.Run })]);
        }

        Assert.Empty(index.Said);
        return reads;
    }
}
