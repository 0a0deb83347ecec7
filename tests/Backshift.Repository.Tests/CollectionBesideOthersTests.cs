using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Collecting;
using Backshift.Repository.Configuration;
using Backshift.Repository.Intents;
using Backshift.Repository.Renaming;
using Backshift.Repository.Savesets;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Tests;

/// <summary>A collection beside programs that rely on packs.</summary>
public sealed class CollectionBesideOthersTests : CollectionFixture
{
    [Fact]
    public void What_no_saveset_needs_goes_and_the_rest_stays_readable()
    {
        Saveset first = Save(("a", [Bytes(1)]), ("b", [Bytes(2)])), second = Save(("c", [Bytes(3)]));
        first.Delete(Scratch.Directory);
        long before = Size();
        CollectCounts counts = Collect();
        Assert.Equal((2, 2, 0, 0), (counts.UnneededPacks, counts.DeletedPacks, counts.WaitingPacks, counts.Faults));
        Assert.Equal(before - Size(), counts.DeletedBytes);
        AssertReadable(second);
        Assert.Equal(2, Scratch.Packs().Count);
        Assert.Empty(Scratch.Directory.ListCondemned());
        Assert.Empty(Scratch.Directory.Store.List(ObjectType.Intent));
        AssertSound();
    }

    [Fact]
    public void Packs_wait_for_a_writer_that_began_before_they_were_condemned()
    {
        Saveset first = Save(("a", [Bytes(1)]));
        Saveset second = Save(("b", [Bytes(2)]));
        Saveset third;
        using (RepositoryWriter writer = Scratch.Write())
        {
            first.Delete(Scratch.Directory);
            CollectCounts counts = Collect();
            Assert.Equal((2, 0, 2), (counts.UnneededPacks, counts.DeletedPacks, counts.WaitingPacks));
            Assert.StartsWith("save by process ", counts.WaitingFor, StringComparison.Ordinal);

            // It does not know of the list, and relies on a pack that is condemned.
            Assert.False(writer.Chunks.Add(Digest.Of(Bytes(1)), Bytes(1)));
            third = Record(writer, ("again", [Bytes(1)]));
        }

        CollectCounts after = Collect();
        Assert.Equal((2, 0), (after.DeletedPacks, after.WaitingPacks));
        AssertReadable(second);
        AssertReadable(third);
        Assert.Empty(Scratch.Directory.ListCondemned());
        AssertSound();
    }

    [Fact]
    public void A_writer_that_has_read_the_list_is_not_waited_for()
    {
        Saveset first = Save(("a", [Bytes(1)]));
        Save(("b", [Bytes(2)]));
        first.Delete(Scratch.Directory);
        using (Scratch.Write())
        {
            Assert.Equal(2, Collect().WaitingPacks);
        }

        using RepositoryWriter late = Scratch.Write();
        Assert.True(late.Chunks.Add(Digest.Of(Bytes(1)), Bytes(1)));
        Assert.Equal((2, 0), (Collect().DeletedPacks, Collect().WaitingPacks));
        AssertReadable(Record(late, ("again", [Bytes(1)])));
    }

    [Fact]
    public void A_writer_that_was_taken_for_dead_withdraws_its_saveset_if_a_pack_has_gone()
    {
        Saveset first = Save(("a", [Bytes(1)]));
        Save(("b", [Bytes(2)]));
        using RepositoryWriter writer = Scratch.Write();
        SavesetWriter recorder = new(Scratch.Directory, writer.Chunks);
        using (recorder)
        {
            recorder.StartEntry(new EntryRecord { Path = BytePath.Of("again"), Type = EntryType.File });
            Assert.False(recorder.StoreChunk(Digest.Of(Bytes(1)), Bytes(1)));
            first.Delete(Scratch.Directory);
            Fence(writer);
            Assert.True(Collect().DeletedPacks > 0);
            BackshiftException withdrawn = Assert.Throws<BackshiftException>(() => recorder.Publish(Template(), TimeProvider.System));
            Assert.Equal(ExitCode.Busy, withdrawn.Code);
        }

        using RepositoryReader reader = Scratch.Read();
        Assert.Single(reader.Savesets());
    }

    [Fact]
    public void A_writer_that_was_taken_for_dead_keeps_its_saveset_if_all_packs_are_there()
    {
        Save(("b", [Bytes(2)]));
        using RepositoryWriter writer = Scratch.Write();
        using SavesetWriter recorder = new(Scratch.Directory, writer.Chunks);
        recorder.StartEntry(new EntryRecord { Path = BytePath.Of("again"), Type = EntryType.File });
        Assert.False(recorder.StoreChunk(Digest.Of(Bytes(2)), Bytes(2)));
        Fence(writer);
        Collect();
        AssertReadable(recorder.Publish(Template(), TimeProvider.System));
    }

    [Fact]
    public void Whatever_a_killed_program_left_is_cleaned_up()
    {
        Save(("b", [Bytes(2)]));
        Intent dead = Intent.OfThisProcess(IntentKind.Save, TimeProvider.System, Scratch.Directory.Store);
        Scratch.Directory.Store.TryPublish(ObjectPath.Intent(dead.Id, 1), dead.Encode());
        Intent reader = Intent.OfThisProcess(IntentKind.Read, TimeProvider.System, Scratch.Directory.Store);
        Scratch.Directory.Store.TryPublish(ObjectPath.Intent(reader.Id, 1), reader.Encode());
        Collect();

        // The fence stays for whoever may wake.
        Assert.Equal([ObjectPath.Fence(dead.Id)], Scratch.Directory.Store.List(ObjectType.Intent));
        Age(ObjectPath.Fence(dead.Id), TimeSpan.FromHours(25));
        Collect();
        Assert.Empty(Scratch.Directory.Store.List(ObjectType.Intent));
    }

    [Fact]
    public void A_program_of_another_machine_is_given_a_day()
    {
        Saveset first = Save(("a", [Bytes(1)]));
        Save(("b", [Bytes(2)]));
        first.Delete(Scratch.Directory);
        Intent far = Intent.OfThisProcess(IntentKind.Save, TimeProvider.System, Scratch.Directory.Store) with { Machine = "another", Boot = "other" };
        ObjectPath path = ObjectPath.Intent(far.Id, 1);
        Scratch.Directory.Store.TryPublish(path, far.Encode());
        Assert.Equal((0, 2), (Collect().DeletedPacks, Collect().WaitingPacks));
        Age(path, TimeSpan.FromHours(25));
        Assert.Equal(2, Collect().DeletedPacks);
        Assert.Equal([ObjectPath.Fence(far.Id)], Scratch.Directory.Store.List(ObjectType.Intent));
    }

    [Fact]
    public void An_intent_that_cannot_be_read_is_given_a_day_and_reported()
    {
        Saveset first = Save(("a", [Bytes(1)]));
        Save(("b", [Bytes(2)]));
        first.Delete(Scratch.Directory);
        ObjectPath path = ObjectPath.Intent(ObjectName.Random(), 1);
        Scratch.Put(path, Bytes(9));
        Assert.Equal(0, Collect().DeletedPacks);
        Assert.Contains(Said, static line => line.Contains("intent", StringComparison.Ordinal));
        Age(path, TimeSpan.FromHours(25));
        Assert.Equal(2, Collect().DeletedPacks);
    }

    [Fact]
    public void A_saveset_that_an_earlier_collection_had_read_must_not_be_missing()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)]));
        Saveset third = Save(("c", [Bytes(3)]));
        using (Scratch.Write())
        {
            first.Delete(Scratch.Directory);
            Assert.Equal(2, Collect().WaitingPacks);
        }

        second.Delete(Scratch.Directory);
        BackshiftException refused = Assert.Throws<BackshiftException>(() => Collect());
        Assert.Contains(second.Place.ToString(), refused.Message, StringComparison.Ordinal);
        Assert.Equal(6, Scratch.Packs().Count);
        Assert.Equal(4, Collect(new CollectOptions { Missing = new HashSet<string> { second.Place.ToString() } }).DeletedPacks);
        AssertReadable(third);
    }

    [Fact]
    public void A_saveset_that_was_expired_since_an_earlier_collection_is_not_missing_and_one_is_renamed_only_afterwards()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)])), third = Save(("c", [Bytes(3)])), fourth = Save(("d", [Bytes(4)]));
        using (Scratch.Write())
        {
            first.Delete(Scratch.Directory);
            Assert.Equal(2, Collect().WaitingPacks);
        }

        Assert.True(Expiry().Expire(second));
        SavesetRenaming renaming = new(Scratch.Directory, TimeProvider.System, static e => throw e);
        Assert.Equal(ExitCode.Busy, Assert.Throws<BackshiftException>(() => renaming.Rename(third, "other", null)).Code);
        AssertReadable(third);
        Assert.Equal(4, Collect().DeletedPacks);
        renaming.Rename(third, "other", null);
        AssertReadable(fourth);
        using RepositoryReader reader = Scratch.Read();
        Assert.Equal(["h", "other"], reader.Savesets().Select(static saveset => saveset.Host).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_collection_that_was_taken_for_dead_misses_no_saveset_whose_record_another_one_has_forgotten()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)])), third = Save(("c", [Bytes(3)]));
        using (Scratch.Write())
        {
            first.Delete(Scratch.Directory);
            Assert.Equal(2, Collect().WaitingPacks);
        }

        Assert.True(Expiry().Expire(second));
        CollectCounts? other = null;
        using WorkerPool workers = new(1);
        Collection collection = new(Scratch.Directory, workers, new CollectOptions(), Said.Add, new HookedClock(() =>
        {
            // It has read the list, and is about to say so.
            if (other is null && Scratch.Directory.ListCondemned().Any() && Scratch.Directory.Store.List(ObjectType.Intent).ToArray() is [{ } own])
            {
                Assert.True(IntentPath.TryParse(own.Path.Name, out ObjectName id, out _));
                Assert.True(Scratch.Directory.Store.TryPublish(ObjectPath.Fence(id), new Intent { Id = id, Kind = IntentKind.Save }.Encode()));
                other = Collect();
            }
        }), CancellationToken.None);
        collection.Run();
        Assert.Equal((4, 1), (other!.DeletedPacks, other.ForgottenSavesets));
        Assert.Equal((0, 0), (collection.Counts.UnneededPacks, collection.Counts.Faults));
        AssertReadable(third);
        AssertSound();
    }

    [Fact]
    public void Writers_that_announce_nothing_are_stopped_from_the_first_collection_on()
    {
        Save(("a", [Bytes(1)]));
        Assert.Empty(Scratch.Directory.Store.List(ObjectType.Settings));
        Collect();
        Collect();
        Assert.Single(Scratch.Directory.Store.List(ObjectType.Settings));
        Assert.True(RepositorySettings.Read(Scratch.Directory.Store)!.AsksForIntents);
        using RepositoryDirectory again = RepositoryDirectory.Open(Scratch.Root);
        again.PrepareForWriting();
    }
}
