using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Collecting;
using Backshift.Repository.Configuration;
using Backshift.Repository.Expiring;
using Backshift.Repository.Intents;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;
using Backshift.Repository.Workers;
using Backshift.Testing.Model;

namespace Backshift.Repository.Tests;

/// <summary>Collections on a store whose listings show nothing that is younger than ten hours.</summary>
public sealed class LaggingCollectionTests : IDisposable
{
    private static readonly ModelTraits True = new();
    private static readonly ModelTraits Lagging = new() { Lag = TimeSpan.FromHours(10).Ticks, LagsFully = true };

    private readonly SharedStore store = new();
    private readonly WorkerPool workers = new(1);
    private int processes;

    public LaggingCollectionTests()
    {
        using StoreView view = View(True, out ModelProcess process);
        RepositoryConfig config = NewRepository.Config(RepositoryConfig.DefaultAverage, "zstd:3", parity: 0, process.Clock);
        view.TryPublish(ObjectPath.Configuration, (config with { Id = ObjectName.Random() }).Encode());
    }

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
        Assert.Empty(store.All(ObjectType.Condemned));
        Assert.Empty(store.All(ObjectType.Intent));
    }

    [Fact]
    public void What_was_saved_just_before_everybody_had_read_the_list_is_not_lost()
    {
        Saveset first = Save(1);
        Save(2);
        Pass(48);
        Saveset late;
        using (RepositoryDirectory repository = Open(Lagging))
        using (ChunkStore writer = ChunkStore.Open(repository, workers, static e => throw e))
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
        using ChunkStore writer = ChunkStore.Open(repository, workers, static e => throw e);
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
        using ChunkStore writer = ChunkStore.Open(repository, workers, static e => throw e);
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
        using (ChunkStore writer = ChunkStore.Open(repository, workers, static e => throw e))
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

        Assert.Equal(4, store.All(ObjectType.Pack).Count);
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

    public void Dispose() => workers.Dispose();

    private static byte[] Bytes(int seed)
    {
        byte[] bytes = new byte[1000];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private StoreView View(ModelTraits traits, out ModelProcess process)
    {
        process = new ModelProcess(++processes, ProcessKind.Inspector, processes, store) { IsFree = true };
        return new StoreView(process, traits, DroppedRule.None);
    }

    private RepositoryDirectory Open(ModelTraits traits) => RepositoryDirectory.Open(View(traits, out ModelProcess process), process.Clock);

    private void Pass(int hours) => store.Pass(TimeSpan.FromHours(hours).Ticks);

    private Saveset Save(int seed)
    {
        using RepositoryDirectory repository = Open(Lagging);
        using ChunkStore writer = ChunkStore.Open(repository, workers, static e => throw e);
        return Record(repository, writer, seed);
    }

    private Saveset Record(RepositoryDirectory repository, ChunkStore writer, int seed)
    {
        using SavesetWriter recorder = new(repository, writer);
        recorder.StartEntry(new EntryRecord { Path = BytePath.Of("file"), Type = EntryType.File });
        recorder.StoreChunk(Digest.Of(Bytes(seed)), Bytes(seed));
        return recorder.Publish(new Saveset { Host = "h", Started = new UnixTime(1_795_424_645 + processes, 0), Complete = true }, repository.Clock);
    }

    private void Expire(Saveset saveset)
    {
        using RepositoryDirectory repository = Open(True);
        Assert.True(new Expiry(repository, repository.Clock, static e => throw e).Expire(saveset));
    }

    private CollectCounts Collect()
    {
        using RepositoryDirectory repository = Open(Lagging);
        CollectOptions options = new() { MaxUnused = 0 };
        Collection collection = new(repository, workers, options, static line => Assert.Fail(line), repository.Clock, CancellationToken.None);
        collection.Run();
        return collection.Counts;
    }

    private void AssertReadable(Saveset saveset, ModelTraits traits)
    {
        using RepositoryReader reader = RepositoryReader.Open(Open(traits), static e => throw e);
        StoredEntry entry = Assert.Single(reader.Entries(saveset, default));
        ContentPart part = Assert.Single(reader.Parts(entry));
        Assert.Equal(part.Size, reader.Contents.Read(part.Digest!.Value).Length);
    }
}
