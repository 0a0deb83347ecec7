using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Collecting;
using Backshift.Repository.Configuration;
using Backshift.Repository.Expiring;
using Backshift.Repository.Intents;
using Backshift.Repository.Renaming;
using Backshift.Repository.Repairing;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Tests;

/// <summary>A repository on a disk of a machine that others reach by a network: there listings are true, and lag for the others.</summary>
public sealed class TwoPathsTests() : LaggingFixture(True)
{
    [Fact]
    public void On_the_disk_alone_nothing_waits()
    {
        Saveset first = Save(1, True);
        Save(2, True);
        Expire(first);
        Assert.Equal(2, Collect(True).DeletedPacks);
        Assert.Empty(Store.All(ObjectType.Intent));
    }

    [Fact]
    public void A_collector_on_the_machine_of_the_disk_waits_once_a_program_has_come_by_the_network()
    {
        Saveset first = Save(1, True);
        Save(2, True);
        Saveset far = Save(3);
        Expire(first);
        CollectCounts counts = Collect(True);
        Assert.Equal((0, 2), (counts.DeletedPacks, counts.WaitingPacks));
        Pass(25);
        Assert.Equal(0, Collect(True).DeletedPacks);

        // Its listing does not show the list.
        using (RepositoryDirectory repository = Open(Lagging))
        using (ChunkStore writer = ChunkStore.Open(repository, Workers, static e => throw e))
        {
            Pass(13);
            Assert.Equal(2, Collect(True).DeletedPacks);
            far = Record(repository, writer, 3);
        }

        AssertReadable(far, True);
    }

    [Fact]
    public void A_collection_during_which_the_first_program_comes_by_the_network_deletes_nothing_more()
    {
        Saveset first = Save(1, True);
        Save(2, True);
        Expire(first);
        using RepositoryDirectory repository = Open(True);
        CollectOptions options = new() { MaxUnused = 0 };
        bool came = false;
        HookedClock clock = new(() =>
        {
            // It has announced itself, and looks only at its end who else is at work.
            if (!came && Store.All(ObjectType.Intent).Count > 0)
            {
                came = true;
                Save(1);
            }
        });
        Collection collection = new(repository, Workers, options, static line => Assert.Fail(line), clock, CancellationToken.None);
        collection.Run();
        Assert.True(came);
        Assert.Equal(0, collection.Counts.DeletedPacks);
    }

    [Fact]
    public void The_first_programs_by_the_network_rely_on_nothing_older_than_their_mark_until_listings_show_what_was_condemned()
    {
        for (int seed = 1; seed <= 3; seed++)
        {
            Save(seed, True);
        }

        Pass(48);
        Assert.Equal(2, PacksOf(1));
        Save(4, True);
        Pass(11);

        // What came since counts.
        Assert.Equal(0, PacksOf(1));
        Assert.Equal(0, PacksOf(4));
        Assert.Equal(2, PacksOf(2));
        Pass(2);
        Assert.Equal(0, PacksOf(3));
    }

    [Fact]
    public void What_would_rely_on_packs_without_storing_them_anew_is_refused_at_first()
    {
        Saveset saved = Save(1, True), expired = Save(2, True);
        Expire(expired);
        Pass(48);
        for (int round = 0; round < 2; round++)
        {
            using RepositoryReader reader = RepositoryReader.Open(Open(Lagging), static e => throw e);
            AssertRefused(() => Collect());
            AssertRefused(() => Repair.Announce(reader.Directory, Workers, static e => throw e, reader.Clock, CancellationToken.None).Dispose());
            AssertRefused(reader.Directory.PrepareForRelying);
            Saveset gone = Assert.Single(SavesetCatalog.ListExpired(reader.Directory, static e => throw e));
            Expiry expiry = new(reader.Directory, reader.Clock, static e => throw e);
            expiry.VerifyUndo(gone, reader);
            Pass(11);
        }

        Pass(2);
        using RepositoryReader later = RepositoryReader.Open(Open(Lagging), static e => throw e);
        later.Directory.PrepareForRelying();
        Saveset back = Assert.Single(SavesetCatalog.ListExpired(later.Directory, static e => throw e));
        new Expiry(later.Directory, later.Clock, static e => throw e).Undo(back, later);
        Collect();
        Repair.Announce(later.Directory, Workers, static e => throw e, later.Clock, CancellationToken.None).Dispose();
        new SavesetRenaming(later.Directory, later.Clock, static e => throw e).Rename(saved, "other", null);

        static void AssertRefused(Action action)
        {
            BackshiftException refused = Assert.Throws<BackshiftException>(action);
            Assert.Equal(ExitCode.Busy, refused.Code);
            Assert.Contains("by a network for the first time", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_intent_leaves_those_before_it_once_listings_may_lag_for_others()
    {
        using RepositoryDirectory repository = Open(True);
        using (OwnIntent own = OwnIntent.Announce(repository, IntentKind.Save))
        {
            own.Honour([ObjectName.Random()]);
            Assert.Single(Store.All(ObjectType.Intent));
            Save(1);
            own.Honour([ObjectName.Random()]);
            Assert.Equal(2, Store.All(ObjectType.Intent).Count(static left => !ListingLag.IsMark(left.Path)));
        }

        Assert.All(Store.All(ObjectType.Intent), static left => Assert.True(ListingLag.IsMark(left.Path)));
    }

    [Fact]
    public void The_mark_is_never_cleaned_up()
    {
        Save(1);
        for (int i = 0; i < 4; i++)
        {
            Pass(30);
            Collect(True);
            Collect();
        }

        Assert.All(Store.All(ObjectType.Intent), static left => Assert.True(ListingLag.IsMark(left.Path)));
    }

    /// <summary>How many packs a save by the network adds.</summary>
    private int PacksOf(int seed)
    {
        int before = Store.All(ObjectType.Pack).Count;
        Save(seed);
        return Store.All(ObjectType.Pack).Count - before;
    }
}
