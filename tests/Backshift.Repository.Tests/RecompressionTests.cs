using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Codecs;
using Backshift.Repository.Collecting;
using Backshift.Repository.Packs;
using Backshift.Repository.Savesets;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Tests;

/// <summary>What a collection does that compresses old packs once more.</summary>
public sealed class RecompressionTests() : DeltaFixture(length: 40_000)
{
    private static readonly CollectOptions All = new()
    {
        Recompress = new CodecChoice(Codec.Zstd, 12),
        OldBefore = new UnixTime(long.MaxValue, 0),
        MaxUnused = 1,
    };

    [Fact]
    public void Versions_of_a_file_lie_together_in_a_long_block_and_none_is_a_delta()
    {
        List<byte[]> versions = Versions(8);
        List<Saveset> savesets = SaveAll(versions);
        Saveset other = Save(("a", [Bytes(50)]), ("g", [Bytes(51)]));
        long size = Size();
        CollectCounts counts = Collect(All);
        Assert.Equal((9, 0), (counts.RecompressedPacks, counts.Faults));
        (PackDirectory Pack, BlockRecord Block) found = Assert.Single(ContentBlocks());
        Assert.Equal((12, 0, 10, (Length * 8) + 2000), (found.Block.Effort, found.Block.Prefixes, found.Block.Chunks, found.Block.Content));
        Assert.Equal([Bytes(50), .. versions.Order(Comparer<byte[]>.Create((left, right) => Digest.Of(left).CompareTo(Digest.Of(right)))), Bytes(51)],
            Contents(found.Pack, sorted: 8));
        savesets.Append(other).ToList().ForEach(AssertReadable);
        AssertSound();
        Assert.InRange(Size(), Length, size);

        // Nothing is left to do, not even for one who asks for less.
        string[] before = Files();
        counts = Collect(All);
        Assert.Equal((0, 0), (counts.RecompressedPacks, counts.DeletedPacks));
        Assert.Equal(0, Collect(All with { Recompress = CodecChoice.Default }).RecompressedPacks);
        Assert.Equal(before, Files());
        Assert.Equal(1, Collect(All with { Recompress = CodecChoice.Parse("lzma"), DryRun = true }).RecompressedPacks);
    }

    [Fact]
    public void A_dry_run_counts_and_changes_nothing()
    {
        SaveAll(Versions(3));
        string[] before = Files();
        Assert.Equal(3, Collect(All with { DryRun = true }).RecompressedPacks);
        Assert.Equal(before, Files());
    }

    [Fact]
    public void Young_packs_stay_and_so_does_what_their_deltas_are_made_against()
    {
        List<byte[]> versions = Versions(4);
        List<Saveset> savesets = SaveAll(versions);
        Saveset plain = Save(("g", [.. Enumerable.Range(60, 10).Select(seed => Bytes(seed, Length))]));
        foreach (byte[] old in (byte[][])[versions[0], versions[1], versions[2], Bytes(60, Length)])
        {
            Age(ObjectPath.Pack(PackOf(old)), TimeSpan.FromDays(60));
        }

        CollectOptions options = All with { OldBefore = new UnixTime(UnixTime.Now(TimeProvider.System).Seconds - (30 * 86400), 0) };
        CollectCounts counts = Collect(options);
        Assert.Equal((1, 0), (counts.RecompressedPacks, counts.Faults));
        Assert.All(versions[1..], version => Assert.True(BlockOf(version).Prefixes > 0));
        Assert.All(versions, version => Assert.Equal(0, BlockOf(version).Effort));
        Assert.Equal(12, BlockOf(Bytes(60, Length)).Effort);
        savesets.Append(plain).ToList().ForEach(AssertReadable);
        AssertSound();
    }

    [Fact]
    public void In_a_pack_that_is_recompressed_the_prefixes_of_young_deltas_are_copied_as_they_were()
    {
        byte[] old = Bytes(1, Length), young = Changed(old, 2);
        byte[][] others = [.. Enumerable.Range(60, 10).Select(seed => Bytes(seed, Length))];
        Saveset first = Save(("f", [old]), ("g", others));
        Age(ObjectPath.Pack(PackOf(old)), TimeSpan.FromDays(60));
        Scratch.Store(store => store.Add(Digest.Of(young), young, () => [Digest.Of(old)]));
        Saveset second = Save(("f", [young]));
        CollectCounts counts = Collect(All with { OldBefore = new UnixTime(UnixTime.Now(TimeProvider.System).Seconds - (30 * 86400), 0) });
        Assert.Equal((1, 0), (counts.RecompressedPacks, counts.Faults));
        Assert.Equal((0, 12, 1), (BlockOf(old).Effort, BlockOf(others[0]).Effort, BlockOf(young).Prefixes));
        Assert.Equal(1, BlockOf(old).Chunks);
        AssertReadable(first);
        AssertReadable(second);
        AssertSound();
    }

    [Fact]
    public void What_only_deltas_needed_goes_with_them()
    {
        List<byte[]> versions = Versions(4);
        List<Saveset> savesets = SaveAll(versions);
        savesets[..^1].ForEach(saveset => saveset.Delete(Scratch.Directory));
        Assert.Equal(0, Collect(All).Faults);
        BlockRecord only = Assert.Single(ContentBlocks()).Block;
        Assert.Equal((1, Length), (only.Chunks, only.Content));
        AssertReadable(savesets[^1]);
        AssertSound();
    }

    [Fact]
    public void A_chunk_that_cannot_be_read_costs_no_other()
    {
        List<byte[]> versions = Versions(4);
        List<Saveset> savesets = SaveAll(versions);
        Saveset other = Save(("g", [Bytes(60, Length), Bytes(61, Length)]));
        Scratch.Flip(ObjectPath.Pack(PackOf(versions[3])).Path, 100);
        CollectCounts counts = Collect(All);
        Assert.True(counts.Faults > 0);
        Assert.Contains(Said, line => line.Contains(Digest.Of(versions[3]).ToString(), StringComparison.Ordinal));

        // With its bytes the delta would be whole again: what it is made against is still there.
        Assert.All(versions[..3], version => Assert.Equal(version, Read(version)));
        savesets[..3].ForEach(AssertReadable);
        AssertReadable(other);
    }

    [Fact]
    public void Where_a_chunk_is_missing_nothing_is_compressed_once_more()
    {
        Save(("f", [Bytes(1, Length)]));
        Save(("g", [Bytes(2, Length)]));
        Scratch.Delete(ObjectPath.Pack(PackOf(Bytes(1, Length))).Path);
        Assert.Equal(0, Collect(All).RecompressedPacks);
        Assert.Equal(0, BlockOf(Bytes(2, Length)).Effort);
    }

    [Fact]
    public void No_more_is_written_than_is_allowed_and_the_oldest_first()
    {
        for (int i = 1; i <= 4; i++)
        {
            Save(("f", [Bytes(i, Length)]));
            Age(ObjectPath.Pack(PackOf(Bytes(i, Length))), TimeSpan.FromDays(100 - i));
        }

        Assert.Equal(2, Collect(All with { MaxRewrite = Length * 5 / 2 }).RecompressedPacks);
        Assert.Equal([12, 12, 0, 0], Enumerable.Range(1, 4).Select(i => (int)BlockOf(Bytes(i, Length)).Effort));
        AssertSound();
    }

    [Fact]
    public void A_save_at_work_that_makes_a_delta_against_an_old_chunk_loses_nothing()
    {
        List<byte[]> versions = Versions(4);
        List<Saveset> savesets = SaveAll(versions);
        byte[] fresh = Changed(versions[0], 77);
        Saveset beside;
        using (RepositoryWriter writer = Scratch.Write(static _ => { }))
        {
            writer.Chunks.Add(Digest.Of(fresh), fresh, () => [Digest.Of(versions[0])]);
            CollectCounts counts = Collect(All);
            Assert.Equal((4, 0), (counts.RecompressedPacks, counts.DeletedPacks));
            beside = Record(writer, ("f", [fresh]));
        }

        Assert.True(Collect(All).DeletedPacks > 0);
        savesets.Append(beside).ToList().ForEach(AssertReadable);
        AssertSound();
    }

    [Fact]
    public void What_is_damaged_before_the_old_packs_go_is_stored_again_without_prefixes_that_go()
    {
        List<byte[]> versions = Versions(4);
        List<Saveset> savesets = SaveAll(versions);
        savesets[..^1].ForEach(saveset => saveset.Delete(Scratch.Directory));
        BytePath[] before = [.. Scratch.Packs()];
        bool isDone = false;
        using WorkerPool workers = new(1);
        Collection collection = new(Scratch.Directory, workers, All, Said.Add, new HookedClock(() =>
        {
            // The first time that it is asked for after the packs are emptied is for the list that condemns them.
            if (!isDone && Scratch.Packs(holdNodes: false).Except(before).FirstOrDefault(path => Scratch.Get(path).Length > Length) is { IsEmpty: false } made)
            {
                isDone = true;
                Scratch.Flip(made, 100);
            }
        }), default);
        collection.Run();
        Assert.True(isDone && collection.Counts.DeletedPacks > 0);
        Assert.Equal((4, 0), (collection.Counts.RecompressedPacks, collection.Counts.PlainDeltas));
        AssertReadable(savesets[^1]);
    }

    private byte[] Read(byte[] chunk)
    {
        using RepositoryReader reader = Scratch.Read();
        return reader.Contents.Read(Digest.Of(chunk)).ToArray();
    }

    private List<(PackDirectory Pack, BlockRecord Block)> ContentBlocks()
    {
        using PackShelf shelf = new(Scratch.Directory, static e => throw e);
        return
        [
            .. Scratch.Directory.ListPacks().Select(name => shelf.TryOpen(name)!.Directory).Where(static pack => !pack.HoldsNodes)
                .SelectMany(static pack => Enumerable.Range(0, pack.BlockCount).Select(block => (pack, pack.Block(block)))),
        ];
    }

    /// <summary>The chunks of a pack; those between the first and the last by their digests, for versions of a file come in any order.</summary>
    private List<byte[]> Contents(PackDirectory pack, int sorted)
    {
        List<Digest> digests = [.. Enumerable.Range(0, pack.ChunkCount).Select(pack.DigestAt)];
        digests.Sort(1, sorted, null);
        using RepositoryReader reader = Scratch.Read();
        return [.. digests.Select(digest => reader.Contents.Read(digest).ToArray())];
    }

    private BlockRecord BlockOf(byte[] chunk)
    {
        (PackDirectory pack, _) = ContentBlocks().Single(found => found.Pack.Find(Digest.Of(chunk)) is >= 0 and int slot
            && found.Pack.Block(found.Pack.BlockOf(slot)) == found.Block);
        return pack.Block(pack.BlockOf(pack.Find(Digest.Of(chunk))));
    }

    private ObjectName PackOf(byte[] chunk) => ContentBlocks().First(found => found.Pack.Find(Digest.Of(chunk)) >= 0).Pack.Name;
}
