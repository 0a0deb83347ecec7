using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Checking;
using Backshift.Repository.Condemning;
using Backshift.Repository.Findings;
using Backshift.Repository.Repairing;
using Backshift.Repository.Savesets;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Tests;

/// <summary>A repair copies what is sound, condemns what is not, and says what is lost.</summary>
public sealed class RepairTests : CollectionFixture
{
    private const int BlockStart = ObjectHeader.Size + 5;

    [Fact]
    public void Nothing_is_changed_where_nothing_is_damaged()
    {
        Save("a", Bytes(1, 50_000));
        string[] before = Files();
        (RepairCounts counts, List<Finding> left) = Repair();
        Assert.False(counts.HasChanges);
        Assert.Empty(left);
        Assert.Equal(before, Files());
    }

    [Fact]
    public void A_pack_whose_directory_is_lost_is_emptied_by_its_block_lists_and_nothing_is_lost()
    {
        Saveset saveset = Save(("a", Bytes(1, 50_000)), ("b", Bytes(2, 70_000)));
        foreach (BytePath pack in Scratch.Packs())
        {
            Scratch.Flip(pack, Scratch.Get(pack).Length - 70);
        }

        (RepairCounts counts, List<Finding> left) = Repair();
        Assert.Empty(left);
        Assert.Equal(2, counts.CondemnedPacks);
        Assert.True(counts.SalvagedChunks >= 3);
        AssertReadable(saveset);
        AssertSound();
        Assert.Equal((0, 0), Again());
    }

    [Fact]
    public void Deltas_are_salvaged_with_what_they_are_made_against_whichever_packs_are_lost()
    {
        byte[] first = Bytes(1, 3000), second = Changed(first, 1), third = Changed(second, 2);
        List<ObjectName> packs = [];
        Add(pack => pack.Add([first]));
        Add(pack => pack.AddDelta(second, 1, first, Digest.Of(first)));
        Add(pack => pack.AddDelta(third, 2, second, Digest.Of(second)));
        foreach (ObjectName pack in packs)
        {
            Scratch.Flip(ObjectPath.Pack(pack).Path, Scratch.Get(ObjectPath.Pack(pack).Path).Length - 70);
        }

        (RepairCounts counts, _) = Repair();
        Assert.Equal(3, counts.SalvagedChunks);
        packs.ForEach(pack => Scratch.Delete(ObjectPath.Pack(pack).Path));
        using RepositoryReader reader = Scratch.Read(static e => throw e);
        Assert.All((byte[][])[first, second, third], chunk => Assert.Equal(chunk, reader.Contents.Read(Digest.Of(chunk)).ToArray()));

        void Add(Action<HandmadePack> write)
        {
            using HandmadePack pack = new(Scratch);
            write(pack);
            pack.Publish();
            packs.Add(pack.Name);
        }
    }

    [Fact]
    public void Of_a_pack_with_a_damaged_block_the_others_are_copied_and_what_is_lost_is_named()
    {
        Saveset saveset = Save(("a", Bytes(1, 800_000)), ("b", Bytes(2, 900_000)), ("c", Bytes(3, 900_000)));
        BytePath pack = Scratch.Packs(holdNodes: false).Single();
        Scratch.Flip(pack, BlockStart);
        (RepairCounts counts, List<Finding> left) = Repair();
        Assert.Equal(1, counts.CondemnedPacks);
        Assert.True(counts.CopiedBytes >= 1_700_000);
        Assert.Equal(1, counts.MarkedSavesets);
        Assert.All(left, finding => Assert.Equal((saveset.Name, "a"), (finding.Saveset!.Name, finding.Path.ToString())));
        Assert.NotEmpty(left);
        Assert.NotNull(Found(saveset).Damaged);

        // What was copied does not need the pack any more.
        Scratch.Delete(pack);
        using RepositoryReader reader = Scratch.Read(static _ => { });
        Assert.Equal(900_000, Length(reader, saveset, "b"));
        Assert.Equal(900_000, Length(reader, saveset, "c"));
        Assert.Throws<BackshiftException>(() => Length(reader, saveset, "a"));
    }

    [Fact]
    public void The_next_save_heals_and_the_next_repair_takes_the_mark_away()
    {
        byte[] lost = Bytes(1, 50_000);
        Saveset saveset = Save("a", lost);
        Scratch.Flip(Scratch.Packs(holdNodes: false).Single(), BlockStart);
        Assert.Equal(1, Repair().Counts.MarkedSavesets);
        Assert.Equal((0, 0), Again());
        Save("a", lost);
        (RepairCounts counts, List<Finding> left) = Repair();
        Assert.Empty(left);
        Assert.Equal((0, 1), (counts.MarkedSavesets, counts.HealedSavesets));
        Assert.Null(Found(saveset).Damaged);
        AssertReadable(saveset);
    }

    [Fact]
    public void A_collector_deletes_the_damaged_packs_once_nothing_is_missing_and_not_before()
    {
        byte[] content = Bytes(1, 50_000);
        Saveset saveset = Save("a", content);
        BytePath contents = Scratch.Packs(holdNodes: false).Single();
        Scratch.Put(contents, Scratch.Get(contents)[..200]);
        Repair();
        Collect();
        Assert.Contains(contents, Scratch.Packs());
        Save("a", content);
        Said.Clear();
        Collect();
        Assert.Empty(Said);
        Assert.DoesNotContain(contents, Scratch.Packs());
        AssertReadable(saveset);
        AssertSound();
    }

    [Fact]
    public void A_chunk_that_is_wrong_under_a_right_checksum_is_not_copied()
    {
        byte[] right = Bytes(1, 3000), wrong = Bytes(2, 3000), other = Bytes(3, 3000);
        using (HandmadePack pack = new(Scratch))
        {
            pack.Add([(Digest.Of(right), wrong), (Digest.Of(other), other)]);
            pack.Publish();
        }

        Repair();
        using RepositoryReader reader = Scratch.Read(static _ => { });
        Assert.Throws<BackshiftException>(() => reader.Contents.Read(Digest.Of(right)));
        Assert.Single(Scratch.Packs());
    }

    [Fact]
    public void A_pack_of_a_later_version_is_left_alone()
    {
        Save("a", Bytes(1, 50_000));
        BytePath pack = Scratch.Packs(holdNodes: false).Single();
        Scratch.Change(pack, 10, static _ => 2);
        Scratch.Flip(pack, Scratch.Get(pack).Length - 1);
        byte[] before = Scratch.Get(pack);
        (RepairCounts counts, List<Finding> left) = Repair();
        Assert.Equal((0, 0), (counts.CondemnedPacks, counts.SalvagedChunks));
        Assert.Contains(left, static finding => finding.Kind == FindingKind.PackUnreadable);
        Assert.Equal(before, Scratch.Get(pack));
    }

    [Fact]
    public void A_pack_that_is_gone_is_not_missed_by_the_index_afterwards()
    {
        byte[] content = Bytes(1, 50_000);
        Save("a", content);
        Scratch.Delete(Scratch.Packs(holdNodes: false).Single());
        Assert.Equal(1, Repair().Counts.GonePacks);
        Save("a", content);
        AssertSound();
    }

    [Fact]
    public void What_a_condemned_pack_has_and_is_nowhere_else_is_copied()
    {
        Saveset saveset = Save("a", Bytes(1, 50_000));
        BytePath pack = Scratch.Packs(holdNodes: false).Single();
        new CondemnedList(default, CondemnedList.Damaged, [NameOf(pack)]).Publish(Scratch.Directory);
        Assert.True(Repair().Counts.CopiedBytes > 0);
        Scratch.Delete(pack);
        AssertReadable(saveset);
    }

    private (RepairCounts Counts, List<Finding> Left) Repair()
    {
        using WorkerPool workers = new(2);
        using Repair repair = Repairing.Repair.Announce(Scratch.Directory, workers, static _ => { }, TimeProvider.System, CancellationToken.None);
        using (RepositoryCheck packs = new(Scratch.Directory, workers, static _ => { }))
        {
            packs.RunOnPacks(DataScope.All, CancellationToken.None);
            packs.RebuildRuns();
            repair.RepairPacks(packs.Faults);
        }

        List<Finding> left = [];
        using RepositoryCheck check = new(Scratch.Directory, workers, left.Add);
        check.Run(DataScope.Of(check.CondemnedNames), CancellationToken.None);
        repair.MarkSavesets(left.Where(static finding => finding.IsDamage).Select(static finding => finding.Saveset?.Name ?? "").ToHashSet());
        return (repair.Counts, left);
    }

    /// <summary>What a second repair does.</summary>
    private (long Condemned, long Marked) Again() => Repair() is { Counts: var counts } ? (counts.CondemnedPacks, counts.MarkedSavesets) : default;

    private Saveset Found(Saveset saveset) => SavesetCatalog.List(Scratch.Directory, static e => throw e).Single(other => other.Name == saveset.Name);

    private static long Length(RepositoryReader reader, Saveset saveset, string path)
    {
        long length = 0;
        foreach (Trees.StoredEntry entry in reader.Entries(saveset, BytePath.Of(path)))
        {
            foreach (Trees.ContentPart part in reader.Parts(entry))
            {
                length += reader.Contents.Read(part.Digest!.Value).Length;
            }
        }

        return length;
    }

    private Saveset Save(string path, byte[] content) => Save((path, content));

    private Saveset Save(params (string Path, byte[] Content)[] files) =>
        base.Save([.. files.Select(static file => (file.Path, (byte[][])[file.Content]))]);

    private static byte[] Changed(byte[] chunk, int at)
    {
        byte[] changed = [.. chunk];
        changed[at * 100] ^= 0x55;
        return changed;
    }
}
