using System.Buffers.Binary;
using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
using Backshift.Repository.Indexes;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Tests;

/// <summary>A long save: its full packs get a run of the index while the others are filled.</summary>
public sealed class IndexedAheadTests : IDisposable
{
    // More than are remembered at once.
    private const int Many = 70_000;
    private const int Block = 64 << 10;
    private const int Pack = 1 << 20;

    private readonly ScratchRepository repository = new(block: Block, pack: Pack);

    [Fact]
    public void Packs_that_are_full_are_indexed_and_those_that_are_not_are_filled_on()
    {
        using (RepositoryWriter writer = repository.Write())
        {
            Assert.Equal(Many, Add(writer.Chunks, Many));
            ObjectName early = Assert.Single(repository.Directory.ListRuns());
            Assert.InRange(Packs(early).Sum(ChunksOf), 1 << 15, (1 << 16) - 1);
            writer.Chunks.Publish();
            Assert.Equal(2, repository.Directory.ListRuns().Count());
            Assert.Equal(0, Add(writer.Chunks, Many));
        }

        // None was cut short but the last one.
        Assert.Single(repository.Directory.ListPacks(), name => BytesOf(name) < Pack - (2 * Block));
        AssertFound();
    }

    [Fact]
    public void Two_that_store_the_same_make_the_same_packs()
    {
        using RepositoryWriter first = repository.Write();
        using RepositoryWriter second = repository.Write();
        HashSet<ObjectName> relied = [];
        second.Chunks.Relied = name => relied.Add(name);
        Add(first.Chunks, Many);
        first.Chunks.Publish();
        ObjectName[] packs = [.. repository.Directory.ListPacks()];
        Assert.InRange(Add(second.Chunks, Many), 1 << 15, Many - 1);
        second.Chunks.Publish();
        Assert.Equal(packs.Order(), repository.Directory.ListPacks().Order());
        Assert.Equal(0, second.Chunks.StoredBytes);
        Assert.Equal(packs.Order(), relied.Order());
    }

    [Fact]
    public void A_run_that_cannot_be_published_ends_the_save_and_the_next_one_finds_its_packs()
    {
        using (RecordingStore store = new(DirectoryStore.Open(repository.Root)) { FailsToPublish = static path => path.Type == ObjectType.Run })
        using (RepositoryDirectory directory = RepositoryDirectory.Open(store))
        using (RepositoryWriter writer = RepositoryWriter.Open(directory, static e => throw e))
        {
            StoreException e = Assert.Throws<StoreException>(() => Add(writer.Chunks, Many));
            Assert.Contains("Input/output error", e.Message, StringComparison.Ordinal);
            Assert.Throws<StoreException>(writer.Chunks.Publish);
        }

        Assert.Empty(repository.Directory.ListRuns());
        using RepositoryWriter next = repository.Write();
        Assert.Equal(Many - repository.Directory.ListPacks().Sum(ChunksOf), Add(next.Chunks, Many));
    }

    [Fact]
    public void A_pack_that_cannot_be_published_ends_the_save_and_none_after_it_is_in_the_index()
    {
        int packs = 0;
        using (RecordingStore store = new(DirectoryStore.Open(repository.Root)) { FailsToPublish = path => path.Type == ObjectType.Pack && ++packs == 3 })
        using (RepositoryDirectory directory = RepositoryDirectory.Open(store))
        using (RepositoryWriter writer = RepositoryWriter.Open(directory, static e => throw e))
        {
            Assert.Throws<StoreException>(() => Add(writer.Chunks, Many));
        }

        Assert.Equal((2, 0), (repository.Directory.ListPacks().Count(), repository.Directory.ListRuns().Count()));
    }

    [Fact]
    public void Where_it_takes_a_round_trip_the_last_packs_of_the_run_are_opened_behind_it()
    {
        using RecordingStore store = new(DirectoryStore.Open(repository.Root)) { Takes = static (_, _, _) => false };
        using RepositoryDirectory directory = RepositoryDirectory.Open(store);
        using RepositoryWriter writer = RepositoryWriter.Open(directory, static e => throw e);
        Add(writer.Chunks, Many);
        ObjectName[] last = [.. Packs(Assert.Single(repository.Directory.ListRuns())).TakeLast(4)];
        Assert.Equal(last.Select(static name => ObjectPath.Pack(name).Path).Order(), Opened(store).Order());
        foreach (ObjectName name in last)
        {
            using OpenPack pack = OpenPack.TryOpen(repository.Directory, name)!;
            Assert.True(writer.Chunks.Contains(pack.Directory.DigestAt(0), Content(0).Length));
        }

        Assert.Equal(last.Length, Opened(store).Count);
    }

    [Fact]
    public void On_a_disk_no_pack_is_opened_for_it()
    {
        using RecordingStore store = new(DirectoryStore.Open(repository.Root));
        using RepositoryDirectory directory = RepositoryDirectory.Open(store);
        using RepositoryWriter writer = RepositoryWriter.Open(directory, static e => throw e);
        Add(writer.Chunks, Many);
        Assert.Single(repository.Directory.ListRuns());
        Assert.Empty(Opened(store));
    }

    public void Dispose() => repository.Dispose();

    /// <returns>How many were new.</returns>
    private static int Add(ChunkStore store, int count)
    {
        int added = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] content = Content(i);
            added += store.Add(Digest.Of(content), content) ? 1 : 0;
        }

        return added;
    }

    // Compresses badly: packs are full after some thousand.
    private static byte[] Content(int number)
    {
        byte[] content = new byte[sizeof(int) + (4 * Digest.Size)];
        BinaryPrimitives.WriteInt32LittleEndian(content, number);
        for (int at = sizeof(int); at < content.Length; at += Digest.Size)
        {
            Digest.Of(content.AsSpan(0, at)).CopyTo(content.AsSpan(at));
        }

        return content;
    }

    private static List<Posix.BytePath> Opened(RecordingStore store) =>
        [.. store.Calls.Where(static call => (call.Verb, call.Type) == ("open", ObjectType.Pack)).Select(static call => call.Path)];

    private ObjectName[] Packs(ObjectName name)
    {
        using RunReader run = RunReader.TryOpen(repository.Directory, name, 1 << 20).Run!;
        return [.. run.Packs];
    }

    private int ChunksOf(ObjectName name)
    {
        using OpenPack pack = OpenPack.TryOpen(repository.Directory, name)!;
        return pack.Directory.ChunkCount;
    }

    private long BytesOf(ObjectName name)
    {
        using OpenPack pack = OpenPack.TryOpen(repository.Directory, name)!;
        return Enumerable.Range(0, pack.Directory.BlockCount).Sum(block => (long)pack.Directory.Block(block).Stored);
    }

    private void AssertFound()
    {
        using RepositoryReader reader = repository.Read(static e => throw e);
        for (int i = 0; i < Many; i++)
        {
            Assert.True(reader.Contains(Digest.Of(Content(i)), Content(i).Length));
        }
    }
}
