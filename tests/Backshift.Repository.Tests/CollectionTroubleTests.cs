using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Collecting;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Intents;
using Backshift.Repository.Renaming;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Tests;

/// <summary>Collections that the model of collections has found to lose data, or never to come to an end.</summary>
public sealed class CollectionTroubleTests : CollectionFixture
{
    [Fact]
    public void A_pack_that_cannot_be_opened_while_it_is_marked_is_kept()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)]));
        first.Delete(Scratch.Directory);
        ObjectName pack = NamesOf(second).Single(name => !IsNodes(name));
        int failures = 1;
        using RepositoryDirectory failing = OpenFailing(path => path == ObjectPath.Pack(pack) && failures-- > 0);
        CollectCounts counts = Collect(new CollectOptions { MaxUnused = 0 }, failing);
        Assert.Equal(2, counts.DeletedPacks);
        Assert.Contains(Said, line => line.Contains(pack.ToString(), StringComparison.Ordinal));
        AssertReadable(second);
        AssertSound();
    }

    [Fact]
    public void A_condemned_pack_that_cannot_be_opened_while_it_is_marked_is_kept()
    {
        Saveset first = Save(("a", [Bytes(1)]));
        ObjectName pack = NamesOf(first).Single(name => !IsNodes(name));
        CondemnedList list = new(UnixTime.Now(TimeProvider.System), CondemnedList.Unneeded, [pack]);
        list.Publish(Scratch.Directory);
        int failures = 2;
        using RepositoryDirectory failing = OpenFailing(path => path == ObjectPath.Pack(pack) && failures-- > 0);
        Assert.Equal(0, Collect(null, failing).DeletedPacks);
        AssertReadable(first);
        Assert.Equal(1, Collect().DeletedPacks);
        AssertReadable(first);
        AssertSound();
    }

    [Fact]
    public void A_condemned_list_that_fails_to_be_read_ends_the_collection()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)]));
        first.Delete(Scratch.Directory);
        using RepositoryDirectory failing = OpenFailing(static path => path.Type == ObjectType.Condemned);
        Assert.Throws<StoreException>(() => Collect(null, failing));
        Assert.Equal(4, Scratch.Packs().Count);
        Assert.Equal(2, Collect().DeletedPacks);
        AssertReadable(second);
    }

    [Fact]
    public void A_saveset_that_was_withdrawn_is_not_missing_from_later_collections()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)]));
        using (RepositoryWriter writer = Scratch.Write())
        {
            using SavesetWriter recorder = new(Scratch.Directory, writer.Chunks);
            recorder.StartEntry(new EntryRecord { Path = BytePath.Of("again"), Type = EntryType.File });
            recorder.StoreChunk(Digest.Of(Bytes(1)), Bytes(1));
            first.Delete(Scratch.Directory);
            Fence(writer);
            Assert.Equal(2, Collect().DeletedPacks);
            Assert.Throws<BackshiftException>(() => recorder.Publish(Template(), TimeProvider.System));
        }

        using RepositoryReader reader = Scratch.Read();
        Saveset withdrawn = Assert.Single(reader.ExpiredSavesets(new SavesetFilter()));
        Assert.Throws<BackshiftException>(() => Expiry().Undo(withdrawn, reader));
        Name(SavesetName.Below(ObjectType.Saveset, withdrawn.Place));
        Collect();
        Collect();
        Assert.Empty(reader.ExpiredSavesets(new SavesetFilter()));
        AssertReadable(second);
    }

    [Fact]
    public void A_saveset_that_was_renamed_twice_or_renamed_and_expired_is_not_missing()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)])), third = Save(("c", [Bytes(3)]));
        Rename("h", "i");
        Rename("i", "j");
        using RepositoryReader reader = Scratch.Read();

        // By a collector that had read them before.
        Name(first.Place);
        Name(second.Place);
        Assert.True(Expiry().Expire(reader.Savesets().Find(saveset => saveset.Root == second.Root)!));
        Collect();
        Assert.Equal(["j", "j"], reader.Savesets().Select(static saveset => saveset.Host));
        Assert.Equal("i", reader.Savesets()[0].Renamed!.From);
        AssertReadable(reader.Savesets().Find(saveset => saveset.Root == third.Root)!);
    }

    [Fact]
    public void An_expired_saveset_is_not_forgotten_while_another_collector_may_name_it()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)]));
        ObjectName unneeded = Name(default);
        using (OwnIntent other = OwnIntent.Announce(Scratch.Directory, IntentKind.Collect))
        {
            // It has read the savesets, and the lists that there are.
            other.Honour([unneeded]);
            Assert.True(Expiry().Expire(first));
            CollectCounts counts = Collect();
            Assert.Equal((1, 0), (counts.DeletedPacks, counts.ForgottenSavesets));
        }

        Assert.Equal((2, 1), (Collect() is { } last ? last.DeletedPacks : 0, Scratch.Read().ExpiredSavesets(new SavesetFilter()).Count == 0 ? 1 : 0));
        AssertReadable(second);
    }

    [Fact]
    public void A_saveset_has_both_names_while_packs_wait_to_be_deleted_but_not_for_good()
    {
        Saveset first = Save(("a", [Bytes(1)]));
        Name(default);
        SavesetRenaming renaming = new(Scratch.Directory, TimeProvider.System, static e => throw e);
        Assert.Equal(ExitCode.Busy, Assert.Throws<BackshiftException>(() => renaming.Rename(first, "other", null)).Code);
        using RepositoryReader reader = Scratch.Read();
        Assert.Equal(["h", "other"], reader.Savesets().Select(static saveset => saveset.Host).Order(StringComparer.Ordinal));
        Age(ObjectPath.Saveset(reader.Savesets("other", null)[0].Place), TimeSpan.FromHours(13));
        renaming.Rename(first, "other", null);
        Assert.Equal("other", Assert.Single(reader.Savesets()).Host);
        Assert.Equal(1, Collect().DeletedPacks);
    }

    private RepositoryDirectory OpenFailing(Func<ObjectPath, bool> fails) =>
        RepositoryDirectory.Open(new RecordingStore(DirectoryStore.Open(Scratch.Root)) { Fails = fails });

    /// <summary>Publishes a condemned list of a pack that no saveset needs, made by a collector that had read a saveset.</summary>
    private ObjectName Name(BytePath saveset)
    {
        HashSet<BytePath> before = [.. Scratch.Packs()];
        Scratch.Store(static store => store.Add(Digest.Of(Bytes(77)), Bytes(77)));
        ObjectName[] packs = [.. Scratch.Packs().Where(pack => !before.Contains(pack)).Select(NameOf)];
        return new CondemnedList(UnixTime.Now(TimeProvider.System), CondemnedList.Unneeded, packs)
        {
            Savesets = saveset.IsEmpty ? [] : [saveset.ToString()],
        }.Publish(Scratch.Directory);
    }

    private void Rename(string from, string to)
    {
        SavesetRenaming renaming = new(Scratch.Directory, TimeProvider.System, static e => throw e);
        using RepositoryReader reader = Scratch.Read();
        foreach (Saveset saveset in reader.Savesets(from, null))
        {
            renaming.Rename(saveset, to, null);
        }
    }
}
