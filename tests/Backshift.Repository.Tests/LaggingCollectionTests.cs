using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Collecting;
using Backshift.Repository.Configuration;
using Backshift.Repository.Expiring;
using Backshift.Repository.Intents;
using Backshift.Repository.Savesets;
using Backshift.Testing.Model;

namespace Backshift.Repository.Tests;

/// <summary>Collections on a store whose listings show nothing that is younger than ten hours.</summary>
public sealed class LaggingCollectionTests() : LaggingFixture(Lagging)
{
    [Fact]
    public void What_is_condemned_goes_when_it_is_known_that_everybody_has_read_it_and_listings_have_caught_up()
    {
        Saveset first = Save(1), second = Save(2);
        Pass(48);
        Expire(first);
        Assert.Equal(0, Collect().DeletedPacks);
        Pass(23);
        Assert.Equal(0, Collect().DeletedPacks);
        Pass(2);
        CollectCounts counts = Collect();
        Assert.Equal((0, 2), (counts.DeletedPacks, counts.WaitingPacks));
        Pass(11);
        Assert.Equal(0, Collect().DeletedPacks);
        Pass(2);
        Assert.Equal(2, Collect().DeletedPacks);
        AssertReadable(second, True);
        Pass(48);
        Collect();
        Assert.Empty(Store.All(ObjectType.Condemned));
        Assert.All(Store.All(ObjectType.Intent), static left => Assert.True(ListingLag.IsMark(left.Path)));
    }

    [Fact]
    public void What_was_saved_just_before_everybody_had_read_the_list_is_not_lost()
    {
        Saveset first = Save(1);
        Save(2);
        Pass(48);
        Saveset late;
        using (RepositoryDirectory repository = Open(Lagging))
        using (ChunkStore writer = ChunkStore.Open(repository, Workers, static e => throw e))
        {
            Expire(first);
            Collect();
            Pass(25);
            Assert.Equal(0, Collect().DeletedPacks);
            late = Record(repository, writer, 1);
        }

        // Its writer has ended, and the saveset is not listed yet.
        for (int i = 0; i < 5; i++)
        {
            Collect();
            AssertReadable(late, True);
            Pass(13);
        }

        AssertReadable(late, True);
    }

    [Fact]
    public void A_writer_that_was_taken_for_dead_withdraws_its_saveset_whatever_it_is_shown()
    {
        Save(1);
        Pass(48);
        using RepositoryDirectory repository = Open(Lagging);
        using ChunkStore writer = ChunkStore.Open(repository, Workers, static e => throw e);
        using StoreView view = View(True, out _);
        view.TryPublish(ObjectPath.Fence(writer.Intent.Id), new Intent { Id = writer.Intent.Id, Kind = IntentKind.Save }.Encode());

        // All that it needs is there, and nothing is condemned; but of that it could not be sure.
        Assert.Equal(ExitCode.Busy, Assert.Throws<BackshiftException>(() => Record(repository, writer, 1)).Code);
    }

    [Fact]
    public void A_writer_is_waited_for_whose_renewed_intent_is_not_listed_yet()
    {
        Saveset first = Save(1);
        Save(2);
        Pass(48);
        using RepositoryDirectory repository = Open(Lagging);
        using ChunkStore writer = ChunkStore.Open(repository, Workers, static e => throw e);
        Expire(first);
        Collect();
        Pass(20);
        writer.Received();
        for (int i = 0; i < 4; i++)
        {
            Pass(5);
            Assert.Equal(0, Collect().DeletedPacks);
        }

        AssertReadable(Record(repository, writer, 1), True);
    }

    [Fact]
    public void What_was_copied_at_last_can_be_read_by_who_is_not_shown_the_copy()
    {
        Saveset first = Save(1);
        Save(2);
        Pass(48);
        Saveset late;
        using (RepositoryDirectory repository = Open(Lagging))
        using (ChunkStore writer = ChunkStore.Open(repository, Workers, static e => throw e))
        {
            Expire(first);
            Collect();
            late = Record(repository, writer, 1);
        }

        for (int i = 0; i < 6; i++)
        {
            Pass(13);
            Collect();
            AssertReadable(late, Lagging);
        }

        Assert.Equal(4, Store.All(ObjectType.Pack).Count);
    }

    [Fact]
    public void Data_is_not_said_to_be_back_because_a_listing_does_not_show_that_it_was_expired()
    {
        Saveset saved = Save(1);
        Pass(48);
        using RepositoryReader all = RepositoryReader.Open(Open(True), static e => throw e);
        Assert.True(new Expiry(all.Directory, all.Clock, static e => throw e).ExpireData(saved));
        Saveset expired = Assert.Single(all.Savesets());
        Assert.NotNull(expired.DataExpired);
        using RepositoryReader reader = RepositoryReader.Open(Open(Lagging), static e => throw e);
        Assert.Null(Assert.Single(reader.Savesets()).DataExpired);
        new Expiry(reader.Directory, reader.Clock, static e => throw e).Undo(expired, reader);
        Assert.Null(Assert.Single(all.Savesets()).DataExpired);
    }

    [Fact]
    public void Where_a_repository_is_made_by_the_network_everything_counts_at_once()
    {
        Save(1);
        Pass(11);
        int before = Store.All(ObjectType.Pack).Count;
        Save(1);
        Assert.Equal(before, Store.All(ObjectType.Pack).Count);
        Collect();
    }
}
