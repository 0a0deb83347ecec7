using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
using Backshift.Repository.Indexes;

namespace Backshift.Repository.Tests;

/// <summary>What is asked for of packs before they are needed, and how much of their ends.</summary>
public sealed class PacksAheadTests : IDisposable
{
    private const int Chunks = 6000;

    private readonly ScratchRepository repository = new();
    private readonly List<Digest> digests = [];
    private readonly HashSet<ObjectName> late = [];

    public PacksAheadTests()
    {
        // A pack of its own for each save.
        for (int save = 0; save < 2; save++)
        {
            repository.Store(chunks =>
            {
                for (int i = 0; i < Chunks; i++)
                {
                    byte[] content = BitConverter.GetBytes((save * Chunks) + i);
                    digests.Add(Digest.Of(content));
                    chunks.Add(digests[^1], content);
                }

                return 0;
            });
        }
    }

    [Fact]
    public void The_index_tells_about_how_many_chunks_a_pack_has()
    {
        using RunSet runs = RunSet.Open(repository.Directory, static e => throw e);
        List<Place> found = [];
        for (int i = 0; i < digests.Count; i += 97)
        {
            runs.Find(digests[i], found);
            Assert.InRange(runs.EstimateChunks(digests[i].Prefix, found[0]), Chunks * 9 / 10, Chunks * 5 / 4);
            Assert.Equal(0, runs.EstimateChunks(digests[i].Prefix, found[0] with { Slot = Chunks + 1 }));
        }

        Assert.Equal(0, runs.EstimateChunks(12345, found[0]));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void From_afar_a_long_directory_comes_with_the_first_request(bool isFar)
    {
        using RecordingStore store = Recorded(isFar);
        using RepositoryDirectory directory = RepositoryDirectory.Open(store, keys: ScratchKeys.Instance);
        using ChunkFinder finder = new(directory, static e => throw e, isReader: true);
        store.Clear();
        Assert.NotNull(finder.Find(digests[Chunks / 2]));
        Assert.Equal(isFar ? ["open Pack"] : ["open Pack", "read Pack"],
            store.Calls.Where(static call => call.Type == ObjectType.Pack).Select(static call => call.ToString()));
    }

    [Fact]
    public void No_call_waits_for_a_pack_that_is_under_way_and_none_is_opened_twice()
    {
        using RecordingStore store = Recorded(isFar: true);
        using RepositoryDirectory directory = RepositoryDirectory.Open(store, keys: ScratchKeys.Instance);
        using ChunkFinder finder = new(directory, static e => throw e, isReader: true);
        ChunkPlace first = finder.Find(digests[0])!.Value;
        PacksAhead packs = new(finder);
        ObjectName other = directory.ListPacks().Single(pack => pack != first.Pack.Name);
        late.Add(other);
        store.Clear();
        foreach (Digest digest in digests)
        {
            packs.Expect(digest);
        }

        Assert.Equal(["announce opening Pack"], OfPacks(store));

        // It is here, which is noticed with one of the next.
        late.Clear();
        digests[Chunks..(Chunks + 100)].ForEach(packs.Expect);
        Assert.Equal(["announce opening Pack", "open Pack"], OfPacks(store));
        Assert.True(finder.IsInRecentPack(digests[^1]));
        Assert.Equal(other, finder.Find(digests[^1])!.Value.Pack.Name);
        Assert.Equal(["announce opening Pack", "open Pack"], OfPacks(store));
    }

    [Fact]
    public void Of_a_store_that_is_near_nothing_is_asked_for()
    {
        using RecordingStore store = Recorded(isFar: false);
        using RepositoryDirectory directory = RepositoryDirectory.Open(store, keys: ScratchKeys.Instance);
        using ChunkFinder finder = new(directory, static e => throw e, isReader: true);
        PacksAhead packs = new(finder);
        store.Clear();
        digests.ForEach(packs.Expect);
        Assert.Empty(store.Calls);
    }

    [Fact]
    public void A_pack_that_is_gone_ends_its_search()
    {
        using RecordingStore store = Recorded(isFar: true);
        using RepositoryDirectory directory = RepositoryDirectory.Open(store, keys: ScratchKeys.Instance);
        using ChunkFinder finder = new(directory, static e => throw e, isReader: true);
        ChunkPlace first = finder.Find(digests[0])!.Value;
        ObjectName other = directory.ListPacks().Single(pack => pack != first.Pack.Name);
        File.Delete(repository.At(ObjectPath.Pack(other)));
        PacksAhead packs = new(finder);
        digests.ForEach(packs.Expect);
        store.Clear();
        digests[..200].ForEach(packs.Expect);
        Assert.Empty(OfPacks(store));
    }

    public void Dispose() => repository.Dispose();

    private static IEnumerable<string> OfPacks(RecordingStore store) =>
        store.Calls.Where(static call => call.Type == ObjectType.Pack).Select(static call => call.ToString());

    private RecordingStore Recorded(bool isFar) => new(DirectoryStore.Open(repository.Root))
    {
        Takes = isFar ? static (_, _, _) => true : null,
        IsLate = path => late.Contains(path.Name),
    };
}
