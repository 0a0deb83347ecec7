using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Indexes;

namespace Backshift.Repository.Tests;

/// <summary>The index only helps: what is wrong with it costs time and never a chunk.</summary>
public sealed class DamagedRunTests : IDisposable
{
    private readonly IndexedRepository index = new();

    [Fact]
    public void A_damaged_run_is_not_signed_anew_by_a_merge()
    {
        Digest[] chunks = index.Save(7);
        index.Flip(index.Runs()[2], -40);
        index.Save(1, from: 7);
        index.Tidy();

        Assert.True(index.Runs().Length <= 2, string.Join(' ', index.Runs()));
        using RunSet runs = index.Open();
        Assert.Empty(runs.Broken);
        Assert.Empty(runs.UnindexedPacks());
        Assert.All(chunks, digest => Assert.True(index.IsFoundByRunsAlone(digest)));
    }

    [Fact]
    public void A_damaged_run_is_replaced_by_the_next_writer()
    {
        Digest[] chunks = index.Save(3);
        ObjectName damaged = index.Runs()[1];
        index.Flip(damaged, 40);
        using (RepositoryWriter writer = index.Repository.Write(index.Say))
        {
            Assert.All(chunks, digest => Assert.True(writer.Chunks.Contains(digest, 1000)));
        }

        Assert.Contains(index.Said, message => message.Contains(damaged.ToString(), StringComparison.Ordinal));
        index.Said.Clear();
        Assert.DoesNotContain(damaged, index.Runs());
        Assert.All(chunks, digest => Assert.True(index.IsFoundByRunsAlone(digest)));
        Assert.Empty(index.Said);
    }

    [Fact]
    public void A_run_of_a_later_version_is_left_alone()
    {
        index.Save(2);
        ObjectName later = index.Runs()[0];
        index.Change(later, 9, _ => 2);
        index.Save(1, from: 2);
        Assert.Contains(later, index.Runs());
    }

    [Theory]
    [InlineData("no entries")]
    [InlineData("wrong slots")]
    [InlineData("one entry less")]
    public void A_run_with_right_checksums_and_wrong_entries_hides_nothing(string fault)
    {
        Digest[] chunks = index.Save(3);
        index.Spoil(fault);
        using (ChunkFinder finder = new(index.Repository.Directory, index.Say, isReader: true))
        {
            Assert.All(chunks, digest => Assert.NotNull(finder.Find(digest)));
        }

        Assert.Single(index.Said);

        // A writer that is sent a reference to what it hides finds it, and makes the index right.
        using (RepositoryWriter writer = index.Repository.Write(index.Say))
        {
            Assert.All(chunks, digest => Assert.True(writer.Chunks.Contains(digest, 1000)));
            writer.Chunks.Tidy();
        }

        Assert.All(chunks, digest => Assert.True(index.IsFoundByRunsAlone(digest)));
    }

    [Fact]
    public void A_run_that_replaces_all_others_and_knows_nothing_hides_nothing_and_deletes_nothing()
    {
        Digest[] chunks = index.Save(3);
        ObjectName[] others = index.Runs();
        ObjectName liar = RunWriter.Publish(index.Repository.Directory, [], others, 0, static () => []);
        index.Tidy();
        Assert.All(others, name => Assert.Contains(name, index.Runs()));
        using ChunkFinder finder = new(index.Repository.Directory, index.Say, isReader: true);
        Assert.Equal([liar], finder.Runs.Runs.Select(static run => run.Name));
        Assert.All(chunks, digest => Assert.NotNull(finder.Find(digest)));
    }

    [Fact]
    public void A_file_that_is_cut_while_it_is_open_is_given_up_and_the_packs_are_asked()
    {
        // Short runs are in memory from the first look on.
        byte[][] contents = [.. Enumerable.Range(0, 10_000).Select(static number => BitConverter.GetBytes(number))];
        foreach (byte[][] half in contents.Chunk(5000))
        {
            index.Repository.Store(store => half.Count(content => store.Add(Digest.Of(content), content)));
        }

        Digest[] chunks = [.. contents.Select(static content => Digest.Of(content))];
        using ChunkFinder finder = new(index.Repository.Directory, index.Say, isReader: true);
        foreach (ObjectName name in index.Runs())
        {
            using FileStream file = new(index.Repository.At(ObjectPath.Run(name)), FileMode.Open);
            file.SetLength(100);
        }

        Assert.All(chunks, digest => Assert.NotNull(finder.Find(digest)));
        Assert.Equal(2, index.Said.Count);
        Assert.Empty(finder.Runs.Runs);
    }

    public void Dispose() => index.Dispose();
}
