using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Indexes;

namespace Backshift.Repository.Tests;

/// <summary>What a run may have, and what it costs.</summary>
public sealed class RunLimitTests : IDisposable
{
    private readonly IndexedRepository index = new();

    [Fact]
    public void A_run_that_a_reader_would_refuse_is_not_written()
    {
        ObjectName[] packs = [.. Enumerable.Range(0, RunFile.MaxPacks + 1).Select(static i => new ObjectName((ulong)i, 0))];
        Assert.Throws<BackshiftException>(() => RunWriter.Publish(index.Repository.Directory, packs, [], 0, static () => []));
        Assert.Throws<BackshiftException>(() => RunWriter.Publish(index.Repository.Directory, [], [], RunFile.MaxEntries + 1, static () => []));
        Assert.Throws<BackshiftException>(() => RunWriter.Publish(index.Repository.Directory, [], packs[..(RunFile.MaxReplaced + 1)], 0, static () => []));
        Assert.Empty(index.Runs());
        Assert.True(BloomFilter.BlocksFor(RunFile.MaxEntries) <= RunFile.MaxFilterBlocks(RunFile.MaxEntries));
        Assert.All(Enumerable.Range(0, 1000), static count => Assert.True(BloomFilter.BlocksFor(count) <= RunFile.MaxFilterBlocks(count)));
    }

    [Fact]
    public void A_run_is_read_before_it_is_published()
    {
        ObjectName pack = ObjectName.Random();
        BackshiftException trouble = Assert.Throws<BackshiftException>(() =>
            RunWriter.Publish(index.Repository.Directory, [pack], [], 2, static () => [new RunEntry(8, 0, 0), new RunEntry(7, 0, 1)]));
        Assert.Contains("its entries are out of order, just after it was written", trouble.Message, StringComparison.Ordinal);
        trouble = Assert.Throws<BackshiftException>(() => RunWriter.Publish(index.Repository.Directory, [pack], [], 1, static () => [new RunEntry(7, 1, 0)]));
        Assert.Contains("an entry refers to a pack that is not in its table", trouble.Message, StringComparison.Ordinal);
        Assert.Empty(index.Runs());
    }

    [Fact]
    public void A_run_answers_the_same_where_there_is_no_memory_for_its_tables()
    {
        Digest[] chunks = index.Save(1);
        ObjectName name = index.Runs()[0];
        using RunReader large = RunReader.TryOpen(index.Repository.Directory, name, 1 << 20).Run!;
        using RunReader small = RunReader.TryOpen(index.Repository.Directory, name, room: 0).Run!;
        Assert.Equal(0, small.Footprint);
        Assert.True(large.Footprint > 0);
        Assert.Equal(large.Packs, small.Packs);
        foreach (Digest digest in chunks.Append(Digest.Of("absent"u8)))
        {
            List<Place> expected = [], found = [];
            large.Find(digest.Prefix, expected);
            small.Find(digest.Prefix, found);
            Assert.Equal(expected, found);
        }
    }

    [Fact]
    public void Runs_take_no_more_memory_than_they_may_and_find_all_the_same()
    {
        Digest[] chunks = index.Save(3);
        using RunSet runs = RunSet.Open(index.Repository.Directory, index.Say, maxFootprint: 0);
        foreach (Digest digest in chunks)
        {
            List<Place> found = [];
            runs.Find(digest, found);
            Assert.Single(found);
        }

        Assert.All(runs.Runs, static run => Assert.False(run.HasFilter));
        Assert.Equal(0, runs.Runs.Sum(static run => run.Footprint));
        Assert.Empty(index.Said);
    }

    [Fact]
    public void Many_entries_of_one_key_cost_no_more_than_a_thousand()
    {
        ObjectName pack = ObjectName.Random();
        const int Count = 100_000;
        ObjectName name = RunWriter.Publish(
            index.Repository.Directory, [pack], [], Count, static () => Enumerable.Range(0, Count).Select(static i => new RunEntry(7, 0, (uint)i)));
        using RunReader run = RunReader.TryOpen(index.Repository.Directory, name, 1 << 20).Run!;
        List<Place> found = [];
        run.Find(7, found);
        Assert.InRange(found.Count, 1, 1024);
    }

    public void Dispose() => index.Dispose();
}
