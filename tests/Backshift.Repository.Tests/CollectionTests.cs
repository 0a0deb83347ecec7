using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Collecting;
using Backshift.Repository.Condemning;
using Backshift.Repository.Savesets;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Tests;

/// <summary>What a collection deletes and what it keeps.</summary>
public sealed class CollectionTests : CollectionFixture
{
    [Fact]
    public void A_second_run_finds_nothing_to_do()
    {
        Save(("a", [Bytes(1)])).Delete(Scratch.Directory);
        Saveset second = Save(("a", [Bytes(2)]));
        Collect();
        CollectCounts counts = Collect();
        Assert.Equal((0, 0, 0), (counts.UnneededPacks, counts.RewrittenPacks, counts.DeletedPacks));
        AssertReadable(second);
    }

    [Fact]
    public void Of_a_pack_of_which_little_is_needed_that_is_copied()
    {
        byte[][] chunks = [.. Enumerable.Range(0, 300).Select(static i => Bytes(i, 20_000))];
        Saveset first = Save(("all", chunks)), second = Save(("one", [chunks[7]]), ("two", [chunks[250]]));
        first.Delete(Scratch.Directory);
        CollectCounts counts = Collect();
        Assert.True(counts.RewrittenPacks >= 1);
        Assert.Equal(0, counts.Faults);
        AssertReadable(second);
        Assert.InRange(Size(), 40_000, 200_000);
        AssertSound();
    }

    [Fact]
    public void No_more_is_copied_than_is_asked_for()
    {
        byte[][] chunks = [.. Enumerable.Range(0, 300).Select(static i => Bytes(i, 20_000))];
        Saveset first = Save(("all", chunks)), second = Save(("one", [chunks[7]]));
        first.Delete(Scratch.Directory);
        CollectCounts counts = Collect(new CollectOptions { MaxRewrite = 0 });
        Assert.Equal((0, 0), (counts.RewrittenPacks, counts.CopiedBytes));
        Assert.True(counts.UnusedBytes > 5_000_000);
        counts = Collect(new CollectOptions { MaxUnused = 1 });
        Assert.Equal(0, counts.RewrittenPacks);
        AssertReadable(second);
    }

    [Fact]
    public void Blocks_that_are_needed_whole_are_copied_as_they_are()
    {
        byte[][] chunks = [.. Enumerable.Range(0, 110).Select(static i => Bytes(i, 20_000))];
        Saveset first = Save(("all", chunks)), second = Save(("half", chunks[52..104]));
        List<uint> before = Checksums();
        first.Delete(Scratch.Directory);
        CollectCounts counts = Collect(new CollectOptions { MaxUnused = 0 });
        Assert.True(counts.RewrittenPacks >= 1);
        AssertReadable(second);
        Assert.NotEmpty(Checksums().Intersect(before));
    }

    [Fact]
    public void A_delta_keeps_what_it_is_made_against_over_packs_and_collections()
    {
        Saveset? last = null;
        byte[] content = Bytes(1, 60_000);
        for (int i = 0; i < 6; i++)
        {
            byte[] next = [.. content];
            next[100 * i] ^= 1;
            Digest old = Digest.Of(content);
            Scratch.Store(store => store.Add(Digest.Of(next), next, i == 0 ? null : () => [old]));
            last?.Delete(Scratch.Directory);
            last = Save(("f", [next]), ($"g{i}", [Bytes(100 + i)]));
            content = next;
            Assert.Equal(0, Collect(new CollectOptions { MaxUnused = 0 }).Faults);
            AssertReadable(last);
        }

        AssertSound();
    }

    [Fact]
    public void A_reader_finds_what_was_moved_a_moment_after_it_had_looked()
    {
        byte[][] chunks = [.. Enumerable.Range(0, 300).Select(static i => Bytes(i, 20_000))];
        Saveset first = Save(("all", chunks));
        Save(("one", [chunks[7]]), ("two", [chunks[250]]));
        using ChunkFinder finder = new(Scratch.Directory, static e => throw e, isReader: true);
        finder.Renew();
        first.Delete(Scratch.Directory);
        Assert.True(Collect().DeletedPacks > 0);

        // Without comparing the whole index with all packs, which it does for what is missing.
        Assert.NotNull(finder.Find(Digest.Of(chunks[250])));
        Assert.NotNull(finder.Find(Digest.Of(chunks[7])));
        Assert.Equal(0, finder.Runs.Losses);
    }

    [Fact]
    public void Nothing_changes_in_a_dry_run()
    {
        Saveset first = Save(("a", [Bytes(1)]));
        Save(("b", [Bytes(2)]));
        first.Delete(Scratch.Directory);
        string[] before = Files();
        CollectCounts counts = Collect(new CollectOptions { DryRun = true });
        Assert.Equal((2, 0), (counts.UnneededPacks, counts.DeletedPacks));
        Assert.Equal(before, Files());
    }

    [Fact]
    public void Where_a_saveset_cannot_be_read_nothing_is_deleted_unless_the_user_says_so()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)]));
        Scratch.Spoil(first.Place);
        string[] before = Files();
        Assert.Equal(ExitCode.DataError, Assert.Throws<BackshiftException>(() => Collect()).Code);
        Assert.Equal(before.Length, Files().Count(static file => !file.Contains("settings", StringComparison.Ordinal)));
        Assert.Equal(2, Collect(new CollectOptions { PassOverUnreadable = true }).DeletedPacks);
        AssertReadable(second);
    }

    [Fact]
    public void Where_there_is_no_saveset_nothing_is_deleted_unless_the_user_says_so()
    {
        Save(("a", [Bytes(1)])).Delete(Scratch.Directory);
        Assert.Throws<BackshiftException>(() => Collect());
        Assert.Equal(2, Scratch.Packs().Count);
        Collect(new CollectOptions { Everything = true });
        Assert.Empty(Scratch.Packs());
    }

    [Fact]
    public void An_expired_saveset_is_forgotten_once_its_data_has_gone()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)]));
        Expiry().Expire(first);
        using (RepositoryReader reader = Scratch.Read())
        {
            Assert.Equal(first.Name, Assert.Single(reader.ExpiredSavesets(new SavesetFilter())).Name);
        }

        CollectCounts counts = Collect();
        Assert.Equal((2, 1), (counts.DeletedPacks, counts.ForgottenSavesets));
        using (RepositoryReader reader = Scratch.Read())
        {
            Assert.Empty(reader.ExpiredSavesets(new SavesetFilter()));
        }

        Assert.Empty(Scratch.Directory.Store.List(ObjectType.Tags));
        AssertReadable(second);
    }

    [Fact]
    public void An_expired_saveset_whose_data_others_need_can_be_brought_back_after_a_collection()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("a", [Bytes(1)])), third = Save(("c", [Bytes(3)]));
        Assert.Equal(first.Root, second.Root);
        Expiry().Expire(first);
        third.Delete(Scratch.Directory);
        Assert.Equal((2, 0), (Collect().DeletedPacks, Collect().ForgottenSavesets));
        using (RepositoryReader reader = Scratch.Read())
        {
            Expiry().Undo(Assert.Single(reader.ExpiredSavesets(new SavesetFilter())), reader);
        }

        AssertReadable(first);
        AssertReadable(second);
    }

    [Fact]
    public void Of_a_saveset_whose_data_was_expired_only_the_nodes_are_needed()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)]));
        Expiry().ExpireData(first);
        Assert.Equal(1, Collect().DeletedPacks);
        AssertReadable(second);
        using RepositoryReader reader = Scratch.Read();
        Assert.Equal(["a"],
            reader.Entries(reader.Savesets().Single(saveset => saveset.Name == first.Name), default).Select(static entry => entry.Path.ToString()));
        AssertSound();
    }

    [Fact]
    public void A_saveset_whose_expiry_was_interrupted_is_still_needed_and_keeps_its_tags()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)]));
        byte[] bytes = Scratch.Get(first.Place);
        Expiry().Expire(first);
        Scratch.Put(first.Place, bytes);
        second.Delete(Scratch.Directory);
        Assert.Equal(2, Collect().DeletedPacks);
        AssertReadable(first);
        Assert.Single(Scratch.Directory.Store.List(ObjectType.Tags));
    }

    [Fact]
    public void A_copy_that_is_damaged_does_not_cost_the_other_one()
    {
        // More than one chunk in a block: that the first one is damaged is the reason to look at the others.
        byte[][] chunks = [.. Enumerable.Range(0, 10).Select(static i => Bytes(i, 2000))];
        Saveset first = Save(("a", chunks));
        ObjectName old = Assert.Single(Scratch.Directory.ListPacks(), name => !IsNodes(name));
        new CondemnedList(default, CondemnedList.Damaged, [old]).Publish(Scratch.Directory);
        Saveset second = Save(("b", chunks));
        foreach (ObjectName list in Scratch.Directory.ListCondemned().ToArray())
        {
            Scratch.Delete(ObjectPath.CondemnedList(list).Path);
        }

        // Two copies: whichever is kept, the other is looked at too if that turns out to be bad.
        foreach (ObjectName name in Scratch.Directory.ListPacks().Where(name => !IsNodes(name)).ToArray())
        {
            using ScratchRepository copy = Copy();
            copy.Flip(ObjectPath.Pack(name).Path, 5000);
            new Collection(copy.Directory, new WorkerPool(1), new CollectOptions { MaxUnused = 0 }, Said.Add, TimeProvider.System, default).Run();
            AssertReadable(copy, first);
            AssertReadable(copy, second);
        }
    }

    [Fact]
    public void A_pack_out_of_which_something_needed_cannot_be_copied_stays()
    {
        byte[][] chunks = [.. Enumerable.Range(0, 300).Select(static i => Bytes(i, 20_000))];
        Saveset first = Save(("all", chunks)), second = Save(("one", [chunks[0]]), ("two", [chunks[250]]));
        first.Delete(Scratch.Directory);
        BytePath pack = Scratch.Packs(holdNodes: false).First(path => Scratch.Get(path).Length > 100_000);
        Scratch.Flip(pack, 1000);
        CollectCounts counts = Collect(new CollectOptions { MaxUnused = 0 });
        Assert.True(counts.Faults > 0);
        Assert.Contains(pack, Scratch.Packs());
        using RepositoryReader reader = Scratch.Read();
        Assert.Equal(chunks[250], reader.Contents.Read(Digest.Of(chunks[250])).ToArray());
        Assert.NotNull(second);
    }

    [Fact]
    public void The_packs_of_a_saveset_of_which_a_node_cannot_be_read_are_kept()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)])), third = Save(("c", [Bytes(3)]));
        second.Delete(Scratch.Directory);
        BytePath nodes = Scratch.Packs(holdNodes: true).First(path => NamesOf(first).Contains(NameOf(path)));
        Scratch.Flip(nodes, 100);
        CollectCounts counts = Collect();
        Assert.Equal(2, counts.DeletedPacks);
        Assert.True(counts.Faults > 0);
        Scratch.Flip(nodes, 100);
        AssertReadable(first);
        AssertReadable(third);
    }
}
