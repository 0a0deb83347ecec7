using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Indexes;

namespace Backshift.Repository.Tests;

/// <summary>Runs are joined, and those that others replace are deleted.</summary>
public sealed class RunMergeTests : IDisposable
{
    private readonly IndexedRepository index = new();

    [Fact]
    public void Writers_that_join_the_same_runs_make_one_of_them()
    {
        index.Save(8, tidy: false);
        ObjectName[] joined = index.Runs();
        using RunSet one = index.Open();
        using RunSet other = index.Open();
        RunMerge.Tidy(index.Repository.Directory, one, index.Say);
        Assert.Single(index.Runs());
        RunMerge.Tidy(index.Repository.Directory, other, index.Say);
        Assert.Equal([RunMerge.NameFor([.. joined.Order()])], index.Runs());
        Assert.Equal(one.Runs.Select(static run => run.Name), other.Runs.Select(static run => run.Name));
    }

    [Fact]
    public void A_merge_keeps_no_filter_in_memory_beside_that_of_the_new_run()
    {
        Digest[] chunks = index.Save(8, tidy: false);
        using RunSet runs = index.Open();
        List<Place> found = [];
        runs.Find(chunks[0], found);
        Assert.All(runs.Runs, static run => Assert.True(run.HasFilter));
        RunReader[] merged = [.. runs.Runs];
        RunMerge.Tidy(index.Repository.Directory, runs, index.Say);
        Assert.Single(runs.Runs);
        Assert.All(merged, static run => Assert.False(run.HasFilter));
        runs.Find(chunks[0], found);
        Assert.Single(found);
    }

    [Fact]
    public void Of_two_runs_that_replace_the_same_ones_the_larger_stands()
    {
        Digest[] chunks = index.Save(3);
        ObjectName[] joined = [.. index.Runs().Order()];
        ObjectName less = index.Rewrite(joined[..2]), more = index.Rewrite(joined);
        foreach (ObjectName name in joined)
        {
            index.Delete(name);
        }

        using (RunSet runs = index.Open())
        {
            Assert.Equal([more], runs.Runs.Select(static run => run.Name));
        }

        index.Tidy();
        Assert.DoesNotContain(less, index.Runs());
        Assert.All(chunks, digest => Assert.True(index.IsFoundByRunsAlone(digest)));
    }

    [Fact]
    public void What_a_killed_merger_left_does_not_come_back_when_its_successor_is_replaced()
    {
        index.Save(2, tidy: false);
        ObjectName[] old = index.Runs();
        ObjectName successor = index.Rewrite([.. old.Order()]);

        // Its own class is full later on; the old ones are still there.
        for (int i = 0; i < 7; i++)
        {
            index.Rewrite([], [.. index.PacksOf(successor)]);
        }

        index.Tidy();
        ObjectName[] left = index.Runs();
        Assert.DoesNotContain(old[0], left);
        Assert.DoesNotContain(old[1], left);
        Assert.Single(left);
    }

    [Fact]
    public void Runs_that_may_not_be_deleted_stay_replaced_for_ever()
    {
        index.Save(8, tidy: false);
        ObjectName[] old = [.. index.Runs().Order()];
        ObjectName first = index.Rewrite(old);
        index.Rewrite([.. old.Append(first).Order()]);
        using RunSet runs = index.Open();
        Assert.Single(runs.Runs);
        Assert.Equal(9, runs.Leftovers.Count);
    }

    public void Dispose() => index.Dispose();
}
