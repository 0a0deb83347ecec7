using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Collecting;
using Backshift.Repository.Condemning;
using Backshift.Repository.Savesets;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Tests;

/// <summary>What a collection does with deltas whose prefixes nothing else needs.</summary>
public sealed class CollectionDeltaTests() : DeltaFixture(length: 60_000)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_chain_of_deltas_ends_with_the_first_version_that_is_needed(int kept)
    {
        List<byte[]> versions = Versions(6);
        List<Saveset> savesets = SaveAll(versions);
        savesets[..^kept].ForEach(saveset => saveset.Delete(Scratch.Directory));
        CollectCounts counts = Collect(new CollectOptions { MaxUnused = 0 });
        Assert.Equal((1, 0), (counts.PlainDeltas, counts.Faults));
        Assert.Equal(kept == 2, IsDelta(versions[^1]));
        Assert.All(versions[..^kept], version => Assert.False(IsStored(version)));
        savesets[^kept..].ForEach(AssertReadable);
        AssertSound();
        long size = Size();
        Assert.InRange(size, Length, (Length * (1 + (0.3 * (kept - 1)))) + 6000);

        // Nothing is left to do, and what is saved again is stored already.
        counts = Collect(new CollectOptions { MaxUnused = 0 });
        Assert.Equal((0, 0, 0), (counts.PlainDeltas, counts.RewrittenPacks, counts.DeletedPacks));
        Assert.False(Scratch.Store(store => store.Add(Digest.Of(versions[^1]), versions[^1])));
    }

    [Fact]
    public void A_dry_run_counts_what_would_be_stored_plainly_and_changes_nothing()
    {
        SaveAll(Versions(6))[..^1].ForEach(saveset => saveset.Delete(Scratch.Directory));
        string[] before = Files();
        CollectCounts dry = Collect(new CollectOptions { MaxUnused = 0, DryRun = true });
        Assert.Equal(1, dry.PlainDeltas);
        Assert.InRange(dry.CopiedBytes, Length, Length + 4000);
        Assert.Equal(before, Files());
        CollectCounts counts = Collect(new CollectOptions { MaxUnused = 0 });
        Assert.Equal((dry.PlainDeltas, dry.RewrittenPacks), (counts.PlainDeltas, counts.RewrittenPacks));
    }

    [Fact]
    public void Deltas_that_share_prefixes_are_stored_plainly_together()
    {
        byte[][] old = [Bytes(1, 20_000), Bytes(2, 20_000), Bytes(3, 20_000)];
        byte[] all = Changed([.. old.SelectMany(static chunk => chunk)], 9);
        byte[] first = all[..30_000], second = all[30_000..];
        Saveset before = Save(("f", old));
        Scratch.Store(store => store.Add(Digest.Of(first), first, () => [Digest.Of(old[0]), Digest.Of(old[1])])
            && store.Add(Digest.Of(second), second, () => [Digest.Of(old[1]), Digest.Of(old[2])]));
        Saveset after = Save(("f", [first, second]));
        Assert.True(IsDelta(first) && IsDelta(second));
        before.Delete(Scratch.Directory);
        CollectCounts counts = Collect(new CollectOptions { MaxUnused = 0 });
        Assert.Equal((2, 0), (counts.PlainDeltas, counts.Faults));
        Assert.All(old, chunk => Assert.False(IsStored(chunk)));
        AssertReadable(after);
        AssertSound();
    }

    [Fact]
    public void Two_deltas_against_one_prefix_stay_as_they_are()
    {
        byte[] old = Bytes(1, Length), first = Changed(old, 2), second = Changed(old, 3);
        Saveset before = Save(("f", [old]));
        Scratch.Store(store => store.Add(Digest.Of(first), first, () => [Digest.Of(old)])
            && store.Add(Digest.Of(second), second, () => [Digest.Of(old)]));
        Saveset after = Save(("f", [first]), ("g", [second]));
        before.Delete(Scratch.Directory);
        CollectCounts counts = Collect(new CollectOptions { MaxUnused = 0 });
        Assert.Equal((0, 0), (counts.PlainDeltas, counts.Faults));
        Assert.True(IsStored(old) && IsDelta(first) && IsDelta(second));
        AssertReadable(after);
    }

    [Fact]
    public void A_prefix_that_a_saveset_needs_too_keeps_its_deltas()
    {
        List<byte[]> versions = Versions(2);
        SaveAll(versions);
        Assert.Equal(0, Collect(new CollectOptions { MaxUnused = 0 }).PlainDeltas);
        Assert.True(IsDelta(versions[1]));
    }

    [Fact]
    public void A_delta_stays_where_the_copy_would_be_larger_than_what_may_be_copied_or_what_may_stay_unused_is_not_exceeded()
    {
        List<byte[]> versions = Versions(6);
        SaveAll(versions)[..^1].ForEach(saveset => saveset.Delete(Scratch.Directory));
        foreach (CollectOptions options in (CollectOptions[])[new() { MaxUnused = 0, MaxRewrite = Length / 2 }, new() { MaxUnused = 0.99 }])
        {
            CollectCounts counts = Collect(options with { DryRun = true });
            Assert.Equal(0, counts.PlainDeltas);
            Assert.InRange(counts.CopiedBytes, 0, options.MaxRewrite);
            Collect(options);
            Assert.True(IsDelta(versions[^1]));
        }

        AssertSound();
    }

    [Fact]
    public void A_delta_that_cannot_be_read_keeps_what_it_is_made_against()
    {
        List<byte[]> versions = Versions(6);
        SaveAll(versions)[..^1].ForEach(saveset => saveset.Delete(Scratch.Directory));
        Scratch.Flip(PackOf(versions[2]), 100);
        CollectCounts counts = Collect(new CollectOptions { MaxUnused = 0 });
        Assert.True(counts.Faults > 0);
        Assert.All(versions, version => Assert.True(IsStored(version)));
        Assert.True(IsDelta(versions[^1]));

        // Once the chunk that was damaged comes by, it can be read again.
        Scratch.Store(store => store.Add(Digest.Of(versions[2]), versions[2]), static _ => { });
        using RepositoryReader reader = Scratch.Read();
        Assert.Equal(versions[^1], reader.Contents.Read(Digest.Of(versions[^1])).ToArray());
    }

    [Fact]
    public void A_delta_whose_pack_stays_is_read_from_its_plain_copy()
    {
        List<byte[]> versions = Versions(6);
        List<Saveset> savesets = SaveAll(versions[..^1]);
        using (RepositoryWriter writer = Scratch.Write(static _ => { }))
        {
            byte[] other = Bytes(99, 1_000_000);
            writer.Chunks.Add(Digest.Of(versions[5]), versions[5], () => [Digest.Of(versions[4])]);
            savesets.Add(Record(writer, ("f", [versions[5]]), ("g", [.. other.Chunk(50_000)])));
        }

        savesets[..^1].ForEach(saveset => saveset.Delete(Scratch.Directory));
        CollectCounts counts = Collect(new CollectOptions { MaxUnused = 0.02 });
        Assert.Equal((1, 0), (counts.PlainDeltas, counts.Faults));
        Assert.Equal([false, true], Places(versions[5]).Order());
        Assert.False(IsStored(versions[0]));
        AssertReadable(savesets[^1]);
        AssertSound();

        // The next delta is made against it.
        byte[] next = Changed(versions[5], 50);
        Scratch.Store(store => store.Add(Digest.Of(next), next, () => [Digest.Of(versions[5])]));
        Saveset last = Save(("f", [next]));
        Assert.True(IsDelta(next));
        Collect(new CollectOptions { MaxUnused = 0 });
        AssertReadable(last);
        AssertReadable(savesets[^1]);
        AssertSound();
    }

    [Fact]
    public void Of_two_copies_of_a_delta_and_of_its_prefix_any_may_be_damaged()
    {
        // A block of several chunks: that one of them is read must not cost the others.
        byte[][] old = [Bytes(1, 20_000), Bytes(2, 20_000), Bytes(3, 20_000)];
        byte[] delta = Changed([.. old.SelectMany(static chunk => chunk)], 9);
        List<Saveset> before = [Save(("f", old))];
        Beside(old[0], () => before.Add(Save(("f", old))));
        Scratch.Store(store => store.Add(Digest.Of(delta), delta, () => [.. old.Select(static chunk => Digest.Of(chunk))]));
        Beside(delta, () => Scratch.Store(store => store.Add(Digest.Of(delta), delta)));
        Assert.Equal((2, 2), (Places(old[0]).Count, Places(delta).Count));
        Saveset[] after = [Save(("f", [delta]), ("g", [old[1]])), Save(("f", [delta]))];
        before.ForEach(saveset => saveset.Delete(Scratch.Directory));
        foreach (bool isNeeded in (bool[])[true, false])
        {
            if (!isNeeded)
            {
                after[0].Delete(Scratch.Directory);
            }

            foreach (ObjectName pack in Scratch.Directory.ListPacks().Where(name => !IsNodes(name)).ToArray())
            {
                using ScratchRepository copy = Copy();
                copy.Flip(ObjectPath.Pack(pack).Path, 100);
                using WorkerPool workers = new(1);
                new Collection(copy.Directory, workers, new CollectOptions { MaxUnused = 0 }, Said.Add, TimeProvider.System, default).Run();
                Assert.All(isNeeded ? after : after[1..], saveset => AssertReadable(copy, saveset));
            }
        }
    }

    [Fact]
    public void A_plain_copy_that_is_damaged_before_the_packs_go_is_made_again()
    {
        List<byte[]> versions = Versions(6);
        List<Saveset> savesets = SaveAll(versions);
        savesets[..^1].ForEach(saveset => saveset.Delete(Scratch.Directory));
        BytePath[] before = [.. Scratch.Packs()];
        using (RepositoryWriter writer = Scratch.Write(static _ => { }))
        {
            CollectCounts counts = Collect(new CollectOptions { MaxUnused = 0 });
            Assert.Equal((1, 0), (counts.PlainDeltas, counts.DeletedPacks));
            Record(writer, ("g", [Bytes(9)]));
        }

        Scratch.Flip(Scratch.Packs(holdNodes: false).Except(before).Single(path => Scratch.Get(path).Length > Length), 100);
        Assert.True(Collect(new CollectOptions { MaxUnused = 0 }).DeletedPacks > 0);
        AssertReadable(savesets[^1]);
    }

    [Fact]
    public void A_copy_of_a_damaged_prefix_that_is_too_deep_for_its_delta_is_stored_less_deep()
    {
        byte[] first = Bytes(1, Length), second = Changed(first, 2), delta = Changed(second, 3);
        Saveset before = Save(("f", [first]));
        Scratch.Store(store => store.Add(Digest.Of(second), second, () => [Digest.Of(first)]));
        Beside(second, () =>
        {
            Scratch.Store(store => store.Add(Digest.Of(second), second));
            Scratch.Store(store => store.Add(Digest.Of(delta), delta, () => [Digest.Of(second)]));
        });
        Assert.Equal([false, true], Places(second).Order());
        Saveset after = Save(("f", [delta]));
        before.Delete(Scratch.Directory);
        Scratch.Flip(Scratch.Packs(holdNodes: false).Single(path => PacksWith(second).Contains(NameOf(path)) && Scratch.Get(path).Length > Length), 100);
        Assert.True(Collect(new CollectOptions { MaxUnused = 0 }).Faults > 0);
        AssertReadable(after);
    }

    [Fact]
    public void Where_there_are_more_deltas_than_are_considered_each_run_begins_elsewhere()
    {
        // Two that win nothing, and one that does.
        byte[] old = Bytes(1, Length), first = Changed(old, 2), second = Changed(old, 3);
        Saveset pair = Save(("f", [old]));
        Scratch.Store(store => store.Add(Digest.Of(first), first, () => [Digest.Of(old)]) && store.Add(Digest.Of(second), second, () => [Digest.Of(old)]));
        Save(("f", [first]), ("g", [second]));
        pair.Delete(Scratch.Directory);
        SaveAll(Versions(6))[..^1].ForEach(saveset => saveset.Delete(Scratch.Directory));
        using WorkerPool workers = new(1);
        HashSet<long> counts = [];
        for (int day = 0; day < 20; day++)
        {
            Collection collection = new(
                Scratch.Directory, workers, new CollectOptions { MaxUnused = 0, DryRun = true, DeltaLimit = 1 }, Said.Add, new Day(day), default);
            collection.Run();
            counts.Add(collection.Counts.PlainDeltas);
        }

        Assert.Equal([0, 1], counts.Order());
        Assert.Equal(1, Collect(new CollectOptions { MaxUnused = 0 }).PlainDeltas);
    }

    [Fact]
    public void A_save_at_work_that_makes_a_delta_against_the_same_prefix_loses_nothing()
    {
        List<byte[]> versions = Versions(6);
        List<Saveset> savesets = SaveAll(versions);
        savesets[..^1].ForEach(saveset => saveset.Delete(Scratch.Directory));
        Saveset beside;
        using (RepositoryWriter writer = Scratch.Write(static _ => { }))
        {
            byte[] other = Changed(versions[0], 77);
            writer.Chunks.Add(Digest.Of(other), other, () => [Digest.Of(versions[0])]);
            CollectCounts counts = Collect(new CollectOptions { MaxUnused = 0 });
            Assert.Equal((1, 0), (counts.PlainDeltas, counts.DeletedPacks));
            beside = Record(writer, ("f", [other]));
            Assert.True(IsDelta(other));
        }

        Assert.True(Collect(new CollectOptions { MaxUnused = 0 }).DeletedPacks > 0);
        AssertReadable(savesets[^1]);
        AssertReadable(beside);
        AssertSound();
    }

    /// <summary>Does something while the packs that hold a chunk do not count.</summary>
    private void Beside(byte[] chunk, Action store)
    {
        ObjectName list = new CondemnedList(default, CondemnedList.Damaged, [.. PacksWith(chunk)]).Publish(Scratch.Directory);
        store();
        Scratch.Delete(ObjectPath.CondemnedList(list).Path);
    }

    private BytePath PackOf(byte[] chunk) => ObjectPath.Pack(PacksWith(chunk).Single()).Path;

    private sealed class Day(int number) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddDays(20_000 + number);
    }
}
