using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Collecting;
using Backshift.Repository.Configuration;
using Backshift.Repository.Expiring;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;
using Backshift.Repository.Workers;
using Backshift.Testing.Model;

namespace Backshift.Repository.Tests;

/// <summary>A repository in memory that is reached by two ways: on one listings are true, on the other they show nothing that is younger than ten hours.
/// </summary>
public abstract class LaggingFixture : IDisposable
{
    private int processes;

    private protected LaggingFixture(ModelTraits maker)
    {
        using StoreView view = View(maker, out ModelProcess process);
        RepositoryConfig config = NewRepository.Config(RepositoryConfig.DefaultAverage, "zstd:3", parity: 0, process.Clock);
        ListingLag.Announce(view);
        view.TryPublish(ObjectPath.Configuration, (config with { Id = ObjectName.Random() }).Encode());
    }

    private protected static ModelTraits True { get; } = new();

    private protected static ModelTraits Lagging { get; } = new() { Lag = TimeSpan.FromHours(10).Ticks, LagsFully = true };

    private protected SharedStore Store { get; } = new();

    private protected WorkerPool Workers { get; } = new(1);

    public void Dispose() => Workers.Dispose();

    private static byte[] Bytes(int seed)
    {
        byte[] bytes = new byte[1000];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private protected StoreView View(ModelTraits traits, out ModelProcess process)
    {
        process = new ModelProcess(++processes, ProcessKind.Inspector, processes, Store) { IsFree = true };
        return new StoreView(process, traits, DroppedRule.None);
    }

    private protected RepositoryDirectory Open(ModelTraits traits) => RepositoryDirectory.Open(View(traits, out ModelProcess process), process.Clock);

    private protected void Pass(int hours) => Store.Pass(TimeSpan.FromHours(hours).Ticks);

    private protected Saveset Save(int seed, ModelTraits? traits = null)
    {
        using RepositoryDirectory repository = Open(traits ?? Lagging);
        using ChunkStore writer = ChunkStore.Open(repository, Workers, static e => throw e);
        return Record(repository, writer, seed);
    }

    private protected Saveset Record(RepositoryDirectory repository, ChunkStore writer, int seed)
    {
        using SavesetWriter recorder = new(repository, writer);
        recorder.StartEntry(new EntryRecord { Path = BytePath.Of("file"), Type = EntryType.File });
        recorder.StoreChunk(Digest.Of(Bytes(seed)), Bytes(seed));
        return recorder.Publish(new Saveset { Host = "h", Started = new UnixTime(1_795_424_645 + processes, 0), Complete = true }, repository.Clock);
    }

    private protected void Expire(Saveset saveset)
    {
        using RepositoryDirectory repository = Open(True);
        Assert.True(new Expiry(repository, repository.Clock, static e => throw e).Expire(saveset));
    }

    private protected CollectCounts Collect(ModelTraits? traits = null, bool byLists = false)
    {
        using RepositoryDirectory repository = Open(traits ?? Lagging);
        CollectOptions options = new() { MaxUnused = 0, ByLists = byLists };
        Collection collection = new(repository, Workers, options, static line => Assert.Fail(line), repository.Clock, CancellationToken.None);
        collection.Run();
        return collection.Counts;
    }

    private protected void AssertReadable(Saveset saveset, ModelTraits traits)
    {
        using RepositoryReader reader = RepositoryReader.Open(Open(traits), static e => throw e);
        StoredEntry entry = Assert.Single(reader.Entries(saveset, default));
        ContentPart part = Assert.Single(reader.Parts(entry));
        Assert.Equal(part.Size, reader.Contents.Read(part.Digest!.Value).Length);
    }
}
