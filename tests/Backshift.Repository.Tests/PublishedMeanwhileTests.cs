using Backshift.Records;
using Backshift.Repository.Chunks;

namespace Backshift.Repository.Tests;

/// <summary>An index that was opened before another writer published still leads to every chunk.</summary>
public sealed class PublishedMeanwhileTests : IDisposable
{
    private readonly IndexedRepository index = new();

    [Fact]
    public void A_reference_to_what_was_published_meanwhile_is_found_once_it_has_come()
    {
        using RepositoryWriter writer = index.Repository.Write(index.Say);
        ChunkStore store = writer.Chunks;
        Digest first = index.Save(1)[0];
        Assert.True(store.Contains(first, 1000));
        Digest second = index.Save(1, from: 1)[0];
        store.Received();
        Assert.True(store.Contains(second, 1000));
        Assert.False(store.Contains(Digest.Of("absent"u8), 1000));
    }

    [Fact]
    public void A_reference_to_a_pack_that_no_run_names_yet_is_found()
    {
        using RepositoryWriter writer = index.Repository.Write(index.Say);
        ChunkStore store = writer.Chunks;
        Digest chunk = index.Save(1)[0];
        index.Delete(index.Runs()[0]);
        Assert.True(store.Contains(chunk, 1000));
    }

    [Fact]
    public void What_another_writer_has_published_is_not_stored_again_after_a_publish()
    {
        using RepositoryWriter writer = index.Repository.Write(index.Say);
        ChunkStore store = writer.Chunks;
        Assert.True(store.Add(Digest.Of("own"u8), "own"u8));
        Digest chunk = index.Save(1)[0];
        store.Publish();
        Assert.False(store.Add(chunk, IndexedRepository.Content(0)));
    }

    [Fact]
    public void A_reader_finds_what_was_published_after_it_opened_the_index()
    {
        index.Save(1);
        using RepositoryReader reader = index.Repository.Read();
        Assert.False(reader.Contains(Digest.Of(IndexedRepository.Content(1)), 1000));
        Digest chunk = index.Save(1, from: 1)[0];
        reader.Savesets();
        Assert.True(reader.Contains(chunk, 1000));
    }

    public void Dispose() => index.Dispose();
}
