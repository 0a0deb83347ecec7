using System.Security.Cryptography;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Copying;
using Backshift.Repository.Intents;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Tests;

/// <summary>Copies of savesets in another repository of the same key domain; see bs-copy(1).</summary>
public sealed class CopyTests : CopyFixture
{


    [Fact]
    public void A_replica_has_the_same_packs_and_savesets()
    {
        List<Saveset> savesets = SaveAll(Versions(3));
        CopyCounts counts = CopyAll();
        Assert.Equal((3, 0, 0, 0L), (counts.Savesets, counts.Present, counts.Faults, counts.BlockBytes));
        Assert.Equal(Objects(Scratch, ObjectType.Pack), Objects(Other, ObjectType.Pack));
        Assert.Equal(Objects(Scratch, ObjectType.Saveset), Objects(Other, ObjectType.Saveset));
        Assert.Empty(Names(Other, ObjectType.Moved));
        AssertCopied(savesets);
    }

    [Fact]
    public void An_unchanged_replica_costs_listings_and_nothing_is_read_or_written()
    {
        SaveAll(Versions(2));
        CopyAll();
        using RecordingStore left = new(DirectoryStore.Open(Scratch.Root)), right = new(DirectoryStore.Open(Other.Root));
        using RepositoryDirectory from = RepositoryDirectory.Open(left), to = RepositoryDirectory.Open(right);
        left.Clear();
        right.Clear();
        CopyCounts counts = Run(from, to);
        Assert.Equal((0, 2), (counts.Savesets, counts.Present));
        Assert.Equal(["1 list Saveset", "1 list Tags"], left.Counts);
        Assert.Equal(["1 list Saveset"], right.Counts);

        // What was said of some, and taken over, shows in the listings too.
        Tag(Scratch, Savesets(Scratch)[0], tags => tags with { Note = "n" });
        Assert.Equal(1, CopyAll().Tagged);
        left.Clear();
        right.Clear();
        Assert.Equal(0, Run(from, to).Tagged);
        Assert.Equal(["1 list Saveset", "1 list Tags"], left.Counts);
        Assert.Equal(["1 list Saveset", "1 list Tags"], right.Counts);
    }

    [Fact]
    public void A_second_saveset_takes_its_own_packs_along_and_no_others()
    {
        byte[] shared = Bytes(1, 50_000), own = Bytes(2, 50_000);
        Save(("f", [shared]));
        CopyAll();
        HashSet<string> before = [.. Names(Other, ObjectType.Pack)];
        Saveset second = Save(("f", [shared]), ("g", [own]));
        CopyCounts counts = CopyAll();
        Assert.Equal((1, 1, 0L), (counts.Savesets, counts.Present, counts.BlockBytes));
        Assert.Equal(before.Count + 2, Names(Other, ObjectType.Pack).Count);
        AssertCopied([second]);
    }

    [Fact]
    public void Of_a_pack_that_is_there_for_the_most_part_only_what_is_missing_is_copied()
    {
        byte[][] files = [.. Enumerable.Range(1, 6).Select(static seed => Bytes(seed, 20_000))];
        Saveset saveset = Save(("f", files));
        Other.Store(store => files[..5].Count(file => store.Add(Digest.Of(file), file)));
        CopyCounts counts = CopyAll();
        Assert.Equal(1, counts.Packs);
        Assert.InRange(counts.BlockBytes, 20_000, 21_000);
        AssertCopied([saveset]);

        // The saveset names the pack that is not there: a record says where its chunks are.
        Assert.Single(Names(Other, ObjectType.Moved));
        HashSet<ObjectName> named = [.. NamesOf(saveset)];
        Moved().Follow(named);
        Assert.Subset(named, Other.Directory.ListPacks().ToHashSet());
    }

    [Fact]
    public void A_prefix_that_is_there_only_as_a_deeper_delta_is_copied_too()
    {
        List<byte[]> versions = Versions(3);
        List<Saveset> savesets = SaveAll(versions);

        // There, the first version is a delta against something else, and so too deep for the second to be made against it.
        byte[] unlike = Changed(versions[0], 77);
        Other.Store(store => store.Add(Digest.Of(unlike), unlike));
        Other.Store(store => store.Add(Digest.Of(versions[0]), versions[0], () => [Digest.Of(unlike)]));
        CopyAll();
        AssertCopied(savesets);
    }

    [Theory]
    [InlineData("condemned")]
    [InlineData("gone")]
    [InlineData("moved")]
    [InlineData("collector")]
    [InlineData("host")]
    public void The_name_of_a_pack_is_not_used_again_where_a_late_deletion_could_meet_it(string reason)
    {
        Saveset saveset = Save(("f", [Bytes(1, 30_000)]));
        List<ObjectName> packs = [.. Scratch.Directory.ListPacks()];
        using RecordingStore hosts = new(DirectoryStore.Open(Scratch.Root)) { IsOfHost = _ => reason == "host" };
        using RepositoryDirectory from = RepositoryDirectory.Open(hosts);
        OwnIntent? collector = null;
        switch (reason)
        {
            case "condemned":
                CondemnedList.PublishAll(Other.Directory, TimeProvider.System, "unneeded", packs);
                break;
            case "gone":
                Assert.True(Indexes.RunWriter.TryPublish(Other.Directory, ObjectName.Random(), [], [], [.. packs.Order()], 0, static () => []));
                break;
            case "moved":
                MovedPacks moved = new();
                packs.ForEach(pack => moved.Add(pack, []));
                moved.Publish(Other.Directory, TimeProvider.System);
                break;
            case "collector":
                collector = OwnIntent.Announce(Other.Directory, IntentKind.Collect);
                break;
        }

        using (collector)
        {
            CopyCounts counts = Run(from, Other.Directory);
            Assert.Equal((1, 0), (counts.Savesets, counts.Packs));
            Assert.True(counts.BlockBytes > 30_000);
        }

        Assert.Empty(Other.Directory.ListPacks().Intersect(packs));
        AssertCopied([saveset]);
    }

    [Fact]
    public void A_damaged_pack_costs_the_savesets_that_need_it_and_no_others()
    {
        Saveset good = Save(("f", [Bytes(1, 30_000)]));
        HashSet<BytePath> before = [.. Scratch.Packs(holdNodes: false)];
        Saveset bad = Save(("f", [Bytes(2, 30_000)]));
        BytePath pack = Scratch.Packs(holdNodes: false).Single(path => !before.Contains(path));
        Scratch.Flip(pack, 1000);
        CopyCounts counts = CopyAll();
        Assert.Equal((1, 1), (counts.Savesets, counts.Faults));
        Assert.Contains(Warned, line => line.StartsWith($"{bad.Name}: is not copied: pack {NameOf(pack)}: ", StringComparison.Ordinal));
        Assert.DoesNotContain(NameOf(pack), Other.Directory.ListPacks());
        AssertCopied([good]);
    }

    [Fact]
    public void A_damaged_pack_of_the_replica_is_not_relied_on_and_a_record_leads_past_it()
    {
        Saveset first = Save(("f", [Bytes(1, 30_000)]));
        CopyAll();
        BytePath pack = Other.Packs(holdNodes: false).Single();
        Other.Put(pack, Other.Get(pack)[..100]);
        Saveset second = Save(("f", [Bytes(1, 30_000)]), ("g", [Bytes(2)]));
        Assert.Equal((1, 0), (CopyAll().Savesets, CopyAll().Faults));
        AssertReadable(Other, first);
        AssertReadable(Other, second);
        HashSet<ObjectName> reached = [NameOf(pack)];
        Moved().Follow(reached);
        HashSet<ObjectName> anew = [.. Other.Directory.ListPacks().Except(Scratch.Directory.ListPacks())];
        Assert.Single(anew);
        Assert.Subset(reached, anew);
    }

    [Fact]
    public void A_pack_that_vanishes_before_it_is_copied_is_looked_for_elsewhere()
    {
        byte[] content = Bytes(1, 30_000);
        Saveset saveset = Save(("f", [content]));
        using (HandmadePack twin = new(Scratch))
        {
            twin.Add(content);
            twin.Publish();
        }

        HashSet<ObjectPath> packs = [.. Scratch.Packs(holdNodes: false).Select(static path => new ObjectPath(ObjectType.Pack, path))];
        Assert.Equal(2, packs.Count);

        // The marking opens it first; the second time it is about to be copied.
        HashSet<ObjectPath> marked = [];
        ObjectPath? vanished = null;
        using RecordingStore store = new(DirectoryStore.Open(Scratch.Root))
        {
            Fails = path =>
            {
                if (packs.Contains(path) && !marked.Add(path) && vanished is null)
                {
                    vanished = path;
                    Scratch.Delete(path.Path);
                }

                return false;
            },
        };
        using RepositoryDirectory from = RepositoryDirectory.Open(store);
        CopyCounts counts = Run(from, Other.Directory);
        Assert.NotNull(vanished);
        Assert.Equal((1, 0), (counts.Savesets, counts.Faults));
        AssertCopied([saveset]);
    }

    [Fact]
    public void A_pack_is_verified_as_it_was_written()
    {
        Save(("f", [Bytes(1, 30_000)]));
        using RecordingStore store = new(DirectoryStore.Open(Other.Root)) { FlipsAt = 1000 };
        using RepositoryDirectory to = RepositoryDirectory.Open(store);
        Assert.Equal(ExitCode.DataError, Assert.Throws<BackshiftException>(() => Run(Scratch.Directory, to)).Code);
        Assert.Empty(Other.Packs(holdNodes: false));
        Assert.Empty(Names(Other, ObjectType.Saveset));
    }

    [Fact]
    public void As_many_bytes_are_copied_as_were_expected_in_the_end()
    {
        byte[][] files = [.. Enumerable.Range(1, 6).Select(static seed => Bytes(seed, 20_000))];
        Save(("f", files[..2]));
        CopyAll();
        Save(("f", files[..2]), ("g", files[2..]));
        Other.Store(store => files[2..5].Count(file => store.Add(Digest.Of(file), file)));
        long expected = 0, moved = 0, began = 0;
        Watch = new CopyWatch { Expect = note => expected = note.Bytes!.Value, Begin = _ => began++, Move = bytes => Interlocked.Add(ref moved, bytes) };
        CopyCounts counts = CopyAll();
        Assert.Equal((1, 1), (counts.Savesets, counts.Packs));
        Assert.Equal(2, began);
        Assert.InRange(counts.BlockBytes, 20_000, 21_000);
        Assert.Equal(expected, moved);
        Assert.InRange(moved, counts.PackBytes + 20_000, counts.PackBytes + 21_000);
    }

    [Fact]
    public void Packs_that_were_just_written_are_not_read_back_from_the_replica()
    {
        Saveset[] savesets = [.. Enumerable.Range(1, 6).Select(seed => Save(($"f{seed}", [Bytes(seed, 30_000)])))];
        using RecordingStore store = new(DirectoryStore.Open(Other.Root));
        using RepositoryDirectory to = RepositoryDirectory.Open(store);
        CopyCounts counts = Run(Scratch.Directory, to);
        Assert.Equal((6, 12, 0L), (counts.Savesets, counts.Packs, counts.BlockBytes));
        Assert.DoesNotContain(store.Counts, static call => call.EndsWith("open Pack", StringComparison.Ordinal));
        Assert.DoesNotContain(store.Counts, static call => call.EndsWith("read Pack", StringComparison.Ordinal));
        Assert.Contains("1 publish Run", store.Counts);
        AssertCopied(savesets);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40_000)]
    [InlineData(100_000)]
    public void A_disk_that_is_full_ends_the_copy_and_is_no_damage_of_the_source(int room)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            Save(($"f{seed}", [Bytes(seed, 30_000)]));
        }

        using (RecordingStore store = new(DirectoryStore.Open(Other.Root)) { Room = room })
        using (RepositoryDirectory to = RepositoryDirectory.Open(store))
        {
            StoreException e = Assert.Throws<StoreException>(() => Run(Scratch.Directory, to));
            Assert.Contains("No space left", e.Message, StringComparison.Ordinal);
        }

        Assert.Empty(Names(Other, ObjectType.Saveset));
        Assert.Empty(Warned);
        Assert.Equal((5, 0), (CopyAll().Savesets, CopyAll().Faults));
        Assert.Equal(Objects(Scratch, ObjectType.Pack), Objects(Other, ObjectType.Pack));
    }

    [Fact]
    public void A_pack_that_the_disk_cannot_read_to_its_end_costs_its_saveset_and_no_others()
    {
        Saveset good = Save(("f", [Bytes(1, 30_000)]));
        HashSet<BytePath> before = [.. Scratch.Packs(holdNodes: false)];
        Saveset bad = Save(("f", [Bytes(2, 30_000)]));
        BytePath pack = Scratch.Packs(holdNodes: false).Single(path => !before.Contains(path));
        using RecordingStore store = new(DirectoryStore.Open(Scratch.Root)) { FailsAt = (path, start, end) => path.Path == pack && start < 1001 && end > 1000 };
        using RepositoryDirectory from = RepositoryDirectory.Open(store);
        CopyCounts counts = Run(from, Other.Directory);
        Assert.Equal((1, 1), (counts.Savesets, counts.Faults));
        Assert.Contains(Warned, line => line.StartsWith($"{bad.Name}: is not copied: pack {NameOf(pack)}", StringComparison.Ordinal));
        AssertCopied([good]);
    }

    [Fact]
    public void What_was_expired_there_comes_back_only_by_its_name()
    {
        Saveset saveset = Save(("f", [Bytes(1)]));
        CopyAll();
        new Expiring.Expiry(Other.Directory, TimeProvider.System, static e => throw e).Expire(Single(Other));
        CopyCounts counts = CopyAll();
        Assert.Equal((0, 1), (counts.Savesets, counts.Expired));
        Assert.Equal(1, CopyAll(new CopyOptions { Names = [saveset.Name] }).Savesets);
        Assert.Empty(Names(Other, ObjectType.Expired));
        AssertCopied([saveset]);
    }

    [Fact]
    public void Only_later_ones_are_copied_if_that_is_asked_for()
    {
        Saveset[] all = [Save(("f", [Bytes(1)])), Save(("f", [Bytes(2)])), Save(("f", [Bytes(3)]))];
        CopyAll(new CopyOptions { Names = [all[1].Name] });
        Assert.Equal(1, CopyAll(new CopyOptions { Newer = true }).Savesets);
        AssertCopied(all[1..]);
        Assert.Equal(2, Names(Other, ObjectType.Saveset).Count);
    }

    [Fact]
    public void What_was_said_of_a_saveset_goes_along_and_when_it_was_received()
    {
        Saveset saveset = Save(("f", [Bytes(1)]));
        Age(ObjectPath.Saveset(saveset.Place), TimeSpan.FromDays(30));
        TagsFiles.Change(Scratch.Directory, saveset, UnixTime.Now(TimeProvider.System), tags => tags with { Hold = true, Note = "n" }, static e => throw e);
        CopyAll();
        Saveset copy = Single(Other);
        Assert.Equal((true, "n"), (copy.IsHeld, copy.Note));
        Assert.Equal(Single(Scratch).Received.Seconds, copy.Received.Seconds);
    }

    [Fact]
    public void Of_a_saveset_whose_data_was_expired_the_metadata_is_copied()
    {
        byte[] content = Bytes(1, 30_000);
        Save(("f", [content]));
        Expiry().ExpireData(Single(Scratch));
        CopyAll();
        Assert.NotNull(Single(Other).DataExpired);
        Assert.False(Contains(Other, content));
    }

    [Fact]
    public void A_copy_that_was_taken_for_dead_withdraws_its_saveset_if_a_pack_is_gone()
    {
        Saveset saveset = Save(("f", [Bytes(1, 30_000)]));

        // The second time that the saveset is read, it is about to be published.
        int opened = 0;
        using RecordingStore store = new(DirectoryStore.Open(Scratch.Root))
        {
            Fails = path =>
            {
                if (path.Type == ObjectType.Saveset && ++opened == 2)
                {
                    ObjectPath intent = Other.Directory.Store.List(ObjectType.Intent).Single();
                    Assert.True(IntentPath.TryParse(intent.Path.Name, out ObjectName id, out _));
                    Other.Directory.Store.TryPublish(ObjectPath.Fence(id), new Intent { Id = id, Kind = IntentKind.Save }.Encode());
                    Other.Delete(Other.Packs()[0]);
                }

                return false;
            },
        };
        using RepositoryDirectory from = RepositoryDirectory.Open(store);
        BackshiftException e = Assert.Throws<BackshiftException>(() => Run(from, Other.Directory));
        Assert.Equal(ExitCode.Busy, e.Code);
        Assert.Contains(saveset.Name, e.Message, StringComparison.Ordinal);
        Assert.Empty(Names(Other, ObjectType.Saveset));
        Assert.Single(Names(Other, ObjectType.Expired));
    }

    [Fact]
    public void Repositories_of_different_keys_are_refused()
    {
        using ScratchRepository sealedOne = new(isSealed: true), sealedOther = new(isSealed: true);
        Assert.Equal(ExitCode.DataError, Assert.Throws<BackshiftException>(() => KeyDomain.Verify(Scratch.Directory, sealedOne.Directory)).Code);
        Assert.Contains("different keys", Assert.Throws<BackshiftException>(() => KeyDomain.Verify(sealedOther.Directory, sealedOne.Directory)).Message,
            StringComparison.Ordinal);
        KeyDomain.Verify(Scratch.Directory, Other.Directory);
    }

    private MovedPacks Moved() => MovedPacks.Read(Other.Directory, static e => throw e);

    private static bool Contains(ScratchRepository repository, byte[] chunk)
    {
        using RepositoryReader reader = repository.Read();
        return reader.Contains(Digest.Of(chunk), chunk.Length);
    }

    private static List<string> Objects(ScratchRepository repository, ObjectType type) =>
        [.. Names(repository, type).Select(path => $"{path} {Convert.ToHexString(SHA256.HashData(repository.Get(BytePath.Of(path))))}")];
}
