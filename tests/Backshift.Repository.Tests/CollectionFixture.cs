using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Collecting;
using Backshift.Repository.Configuration;
using Backshift.Repository.Expiring;
using Backshift.Repository.Intents;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Tests;

/// <summary>A repository to collect in, and the ways of the tests to save, collect and look at it.</summary>
public abstract class CollectionFixture : IDisposable
{
    private long saves;

    protected ScratchRepository Scratch { get; } = new();

    protected List<string> Said { get; } = [];

    public void Dispose()
    {
        Scratch.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static byte[] Bytes(int seed, int length = 1000)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    protected Saveset Template() => new() { Host = "h", Started = new UnixTime(1_795_424_645 + saves++, 0), Program = "test", Complete = true };

    protected Saveset Save(params (string Path, byte[][] Chunks)[] files)
    {
        using RepositoryWriter writer = Scratch.Write(static _ => { });
        return Record(writer, files);
    }

    /// <summary>Records a saveset as bs-store does, with the packs that it needs and a look at the fence.</summary>
    protected Saveset Record(RepositoryWriter writer, params (string Path, byte[][] Chunks)[] files)
    {
        using SavesetWriter recorder = new(Scratch.Directory, writer.Chunks);
        foreach ((string path, byte[][] chunks) in files)
        {
            recorder.StartEntry(new EntryRecord { Path = BytePath.Of(path), Type = EntryType.File });
            foreach (byte[] chunk in chunks)
            {
                recorder.StoreChunk(Digest.Of(chunk), chunk);
            }
        }

        return recorder.Publish(Template(), TimeProvider.System);
    }

    protected CollectCounts Collect(CollectOptions? options = null, RepositoryDirectory? directory = null)
    {
        using WorkerPool workers = new(1);
        Collection collection = new(
            directory ?? Scratch.Directory, workers, options ?? new CollectOptions(), Said.Add, TimeProvider.System, CancellationToken.None);
        collection.Run();
        return collection.Counts;
    }

    protected Expiry Expiry() => new(Scratch.Directory, TimeProvider.System, static e => throw e);

    protected void Fence(RepositoryWriter writer)
    {
        Intent fence = new() { Id = writer.Chunks.Intent.Id, Kind = IntentKind.Save };
        Assert.True(Scratch.Directory.Store.TryPublish(ObjectPath.Fence(fence.Id), fence.Encode()));
    }

    protected void Age(ObjectPath path, TimeSpan by) => File.SetLastWriteTimeUtc(Scratch.At(path), DateTime.UtcNow - by);

    protected void AssertReadable(Saveset saveset) => AssertReadable(Scratch, saveset);

    protected static void AssertReadable(ScratchRepository repository, Saveset saveset)
    {
        using RepositoryReader reader = repository.Read();
        Saveset found = reader.Savesets().Single(other => other.Name == saveset.Name);
        long count = 0;
        foreach (StoredEntry entry in reader.Entries(found, default))
        {
            count++;
            foreach (ContentPart part in reader.Parts(entry))
            {
                Assert.Equal(part.Size, reader.Contents.Read(part.Digest!.Value).Length);
            }
        }

        Assert.Equal(saveset.Entries, count);
    }

    protected void AssertSound()
    {
        using WorkerPool workers = new(1);
        List<string> found = [];
        using Checking.RepositoryCheck check = new(Scratch.Directory, workers, finding => found.Add(finding.ToString()));
        check.Run(readData: true, CancellationToken.None);
        Assert.Empty(found);
    }

    protected ScratchRepository Copy()
    {
        ScratchRepository copy = new();
        foreach (string file in Directory.GetFiles(Scratch.Root.ToString(), "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(Scratch.Root.ToString(), file);
            if (relative != "backshift")
            {
                copy.Put(BytePath.Of(relative), File.ReadAllBytes(file));
            }
        }

        return copy;
    }

    protected string[] Files() => [.. Directory.GetFiles(Scratch.Root.ToString(), "*", SearchOption.AllDirectories).Order()];

    protected long Size() => Scratch.Packs().Sum(path => (long)Scratch.Get(path).Length);

    protected bool IsNodes(ObjectName name) => Scratch.Packs(holdNodes: true).Contains(ObjectPath.Pack(name).Path);

    protected static ObjectName NameOf(BytePath pack) => ObjectPath.TryParse(ObjectType.Pack, pack)!.Value.Name;

    protected static IEnumerable<ObjectName> NamesOf(Saveset saveset) =>
        Enumerable.Range(0, (int)saveset.Packs.Count).Select(i => ObjectName.Read(saveset.Packs.Names.AsSpan(i * ObjectName.Size)));

    protected List<uint> Checksums()
    {
        using Packs.PackShelf shelf = new(Scratch.Directory, static e => throw e);
        return
        [
            .. Scratch.Directory.ListPacks().Select(name => shelf.TryOpen(name)!.Directory)
                .SelectMany(static pack => Enumerable.Range(0, pack.BlockCount).Select(block => pack.Block(block).Crc)),
        ];
    }
}
