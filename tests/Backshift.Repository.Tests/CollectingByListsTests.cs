using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Collecting;
using Backshift.Repository.Condemning;
using Backshift.Repository.Savesets;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Tests;

/// <summary>Collections that find what is needed by the packs that savesets name, beside those that read chunks and copy them.</summary>
public sealed class CollectingByListsTests : CollectionFixture
{
    private static readonly CollectOptions ByLists = new() { ByLists = true };
    private static readonly CollectOptions All = new() { MaxUnused = 0 };

    /// <summary>Two savesets of the same chunks, each of which has its own copy of them.</summary>
    private (Saveset First, Saveset Second) SaveTwice()
    {
        byte[][] chunks = [.. Enumerable.Range(0, 10).Select(static i => Bytes(i, 2000))];
        Saveset first = Save(("a", chunks));
        new CondemnedList(default, CondemnedList.Damaged, [Assert.Single(Scratch.Directory.ListPacks(), name => !IsNodes(name))]).Publish(Scratch.Directory);
        Saveset second = Save(("b", chunks));
        foreach (ObjectName list in Scratch.Directory.ListCondemned().ToArray())
        {
            Scratch.Delete(ObjectPath.CondemnedList(list).Path);
        }

        Assert.Equal(2, Scratch.Directory.ListPacks().Count(name => !IsNodes(name)));
        return (first, second);
    }

    private void Run(ScratchRepository repository, CollectOptions options)
    {
        using WorkerPool workers = new(1);
        new Collection(repository.Directory, workers, options, Said.Add, TimeProvider.System, default).Run();
    }

    [Fact]
    public void Packs_go_that_no_saveset_names_and_no_others()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)]));
        string[] before = Files();
        Assert.Equal(0, Collect(ByLists).DeletedPacks);
        first.Delete(Scratch.Directory);
        Assert.True(Collect(ByLists with { DryRun = true }).UnneededPacks > 0);
        Assert.True(Collect(ByLists).DeletedPacks > 0);
        Assert.True(Files().Length < before.Length);
        AssertReadable(second);
        AssertSound();
    }

    [Fact]
    public void What_was_copied_is_kept_however_often_it_is_copied_on()
    {
        byte[][] chunks = [.. Enumerable.Range(0, 100).Select(static i => Bytes(i, 20_000))];
        Saveset first = Save(("all", chunks)), second = Save(("some", chunks[..50])), third = Save(("few", chunks[..10]));
        first.Delete(Scratch.Directory);
        Assert.True(Collect(All).DeletedPacks > 0);
        Assert.Equal(0, Collect(ByLists).DeletedPacks);
        AssertReadable(second);
        second.Delete(Scratch.Directory);
        Assert.True(Collect(All).DeletedPacks > 0);
        Collect(ByLists);
        AssertReadable(third);
        AssertSound();
        Assert.Empty(Said);
    }

    [Fact]
    public void What_a_copied_delta_is_made_against_is_kept()
    {
        byte[] old = Bytes(1, 60_000), next = [.. old];
        next[100] ^= 1;
        Save(("old", [old])).Delete(Scratch.Directory);
        Scratch.Store(store => store.Add(Digest.Of(next), next, () => [Digest.Of(old)]));
        Scratch.Store(store => store.Add(Digest.Of(Bytes(2, 60_000)), Bytes(2, 60_000)));
        Saveset last = Save(("f", [next]), ("g", [Bytes(2, 60_000)]));
        for (int i = 0; i < 2; i++)
        {
            Collect(All);
            Collect(ByLists);
            AssertReadable(last);
        }

        AssertSound();
    }

    [Fact]
    public void The_plain_copy_of_a_delta_whose_own_pack_stays_is_kept()
    {
        // Each version is a delta against the one before. The last needs all others, and is shorter than they are together.
        byte[] next = Bytes(1, 200_000), other = Bytes(3, 5_000_000);
        List<Saveset> saved = [Save(("f", [next]))];
        for (int i = 1; i < 5; i++)
        {
            Digest old = Digest.Of(next);
            next = [.. next];
            Bytes(10 + i, 40_000).CopyTo(next, 40_000 * (i - 1));
            Scratch.Store(store => store.Add(Digest.Of(next), next, () => [old]) && (i < 4 || store.Add(Digest.Of(other), other)));
            saved.Add(Save(i < 4 ? [("f", [next])] : [("f", [next]), ("other", [other])]));
        }

        Saveset last = saved[^1];
        saved[..^1].ForEach(saveset => saveset.Delete(Scratch.Directory));
        long before = Scratch.Packs().Count;
        CollectCounts counts = Collect(All with { MaxRewrite = 1_000_000 });
        Assert.Equal(1, counts.PlainDeltas);
        Assert.InRange(counts.RewrittenBytes, 1, 1_000_000);
        Assert.True(counts.DeletedPacks > 0 && Scratch.Packs().Count <= before);
        Collect(ByLists);
        AssertReadable(last);
        AssertSound();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_a_chunk_that_was_stored_twice_one_copy_is_kept_for_each_saveset(bool firstGoes)
    {
        (Saveset first, Saveset second) = SaveTwice();
        Collect(All);
        (Saveset goes, Saveset stays) = firstGoes ? (first, second) : (second, first);
        goes.Delete(Scratch.Directory);
        Collect(ByLists);
        AssertReadable(stays);
        AssertSound();
    }

    [Fact]
    public void Of_two_copies_of_which_one_has_rotted_the_other_is_kept_once_a_collection_has_noticed()
    {
        (Saveset first, Saveset second) = SaveTwice();
        foreach (ObjectName name in Scratch.Directory.ListPacks().Where(name => !IsNodes(name)).ToArray())
        {
            using ScratchRepository copy = Copy();
            copy.Flip(ObjectPath.Pack(name).Path, 5000);
            Run(copy, All);
            AssertReadable(copy, first);

            // It may not be known yet where the other copy is needed; after the next one it is.
            if (copy.Directory.ListCondemned().Any())
            {
                Assert.Equal(ExitCode.DataError, Assert.Throws<BackshiftException>(() => Run(copy, ByLists)).Code);
            }

            Run(copy, All);
            Run(copy, ByLists);
            AssertReadable(copy, first);
            AssertReadable(copy, second);
        }
    }

    [Fact]
    public void Where_a_pack_is_gone_and_no_record_says_where_its_chunks_are_nothing_goes_until_one_does()
    {
        byte[][] chunks = [.. Enumerable.Range(0, 100).Select(static i => Bytes(i, 20_000))];
        Saveset first = Save(("all", chunks)), second = Save(("some", chunks[..50]));
        first.Delete(Scratch.Directory);
        Assert.True(Collect(All).DeletedPacks > 0);
        foreach (ObjectPath record in Scratch.Directory.Store.List(ObjectType.Moved).ToArray())
        {
            Scratch.Delete(record.Path);
        }

        Save(("other", [Bytes(1000)])).Delete(Scratch.Directory);
        string[] before = Files();
        Assert.Equal(ExitCode.DataError, Assert.Throws<BackshiftException>(() => Collect(ByLists)).Code);
        Assert.Equal(before, Files());
        Collect();
        Assert.NotEmpty(Scratch.Directory.Store.List(ObjectType.Moved));
        Collect(ByLists);
        AssertReadable(second);
        AssertSound();
    }

    [Fact]
    public void A_pack_of_a_save_that_is_running_is_not_condemned()
    {
        Save(("a", [Bytes(1)]));
        using RepositoryWriter writer = Scratch.Write();
        writer.Chunks.Add(Digest.Of(Bytes(2)), Bytes(2));
        writer.Chunks.Publish();
        Assert.Equal(0, Collect(ByLists).UnneededPacks);
        Saveset saved = Record(writer, ("b", [Bytes(2)]));
        Collect(ByLists);
        AssertReadable(saved);
    }

    [Fact]
    public void A_pack_that_a_save_came_to_need_while_it_was_condemned_waits_for_one_that_copies()
    {
        Saveset first = Save(("a", [Bytes(1)]));
        Save(("b", [Bytes(2)]));
        Saveset saved;
        using (RepositoryWriter writer = Scratch.Write())
        {
            first.Delete(Scratch.Directory);
            Assert.Equal(0, Collect(ByLists).DeletedPacks);
            saved = Record(writer, ("c", [Bytes(1)]));
        }

        CollectCounts counts = Collect(ByLists);
        Assert.Equal(1, counts.WaitingPacks);
        AssertReadable(saved);
        Collect(All);
        AssertReadable(saved);
        Assert.Equal(0, Collect(ByLists).WaitingPacks);
        AssertReadable(saved);
        AssertSound();
    }

    [Fact]
    public void Chunks_in_which_a_saveset_names_its_packs_are_needed()
    {
        byte[][] chunks = [.. Enumerable.Range(0, 300).Select(static i => Bytes(i, 100))];
        foreach (byte[] chunk in chunks)
        {
            Scratch.Store(store => store.Add(Digest.Of(chunk), chunk));
        }

        Saveset saved = Save(("all", chunks));
        Assert.NotNull(saved.Packs.List);
        Saveset other = Save(("other", [Bytes(1000)]));
        other.Delete(Scratch.Directory);
        Assert.True(Collect(ByLists).DeletedPacks > 0);
        Assert.Equal(0, Collect(ByLists).DeletedPacks);
        AssertReadable(saved);
        AssertSound();
    }

    [Fact]
    public void Records_are_joined_and_forget_what_no_saveset_names()
    {
        for (int i = 0; i < 12; i++)
        {
            byte[][] chunks = [.. Enumerable.Range(100 * i, 20).Select(static seed => Bytes(seed, 20_000))];
            Saveset all = Save(($"all{i}", chunks));
            Save(($"few{i}", chunks[..3]));
            all.Delete(Scratch.Directory);
            Collect(All);
            Assert.InRange(Scratch.Directory.Store.List(ObjectType.Moved).Count(), 1, 9);
        }

        Collect(ByLists);
        foreach (Saveset saveset in SavesetCatalog.List(Scratch.Directory, static e => throw e))
        {
            AssertReadable(saveset);
        }

        AssertSound();
    }
}
