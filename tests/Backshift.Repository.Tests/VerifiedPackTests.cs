using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Tests;

/// <summary>A writer that verifies publishes no pack that is not what it was to be.</summary>
public sealed class VerifiedPackTests : IDisposable
{
    private static readonly byte[] First = Random(1), Second = Changed(First);
    private readonly ScratchRepository repository = new();

    [Fact]
    public void A_bit_that_flips_on_the_way_to_the_disk_is_found_before_the_pack_is_published()
    {
        BackshiftException fault = Assert.Throws<BackshiftException>(() => Store(flipsAt: ObjectHeader.Size + 5000, verifies: true, First));
        Assert.Equal(ExitCode.DataError, fault.Code);
        Assert.Contains("block 0 does not match its CRC, just after it was written", fault.Message, StringComparison.Ordinal);
        Assert.Empty(repository.Packs());
    }

    [Fact]
    public void Without_it_only_a_check_finds_it()
    {
        Store(flipsAt: ObjectHeader.Size + 5000, verifies: false, First);
        Assert.Single(repository.Packs());
    }

    [Fact]
    public void What_is_right_is_published_deltas_too()
    {
        Store(flipsAt: null, verifies: true, First);
        Store(flipsAt: null, verifies: true, Second, Digest.Of(First));
        Assert.Equal(2, repository.Packs().Count);
        using RepositoryReader reader = repository.Read(static e => throw e);
        Assert.Equal(Second, reader.Contents.Read(Digest.Of(Second)).ToArray());
    }

    [Fact]
    public void A_delta_is_read_back_too()
    {
        Store(flipsAt: null, verifies: true, First);
        Assert.Throws<BackshiftException>(() => Store(flipsAt: ObjectHeader.Size + 10, verifies: true, Second, Digest.Of(First)));
        Assert.Single(repository.Packs());
    }

    public void Dispose() => repository.Dispose();

    private void Store(long? flipsAt, bool verifies, byte[] chunk, params Digest[] ancestors)
    {
        using RecordingStore store = new(DirectoryStore.Open(repository.Root)) { FlipsAt = flipsAt };
        using RepositoryDirectory directory = RepositoryDirectory.Open(store);
        using RepositoryWriter writer = RepositoryWriter.Open(directory, static e => throw e, verifies: verifies);
        writer.Chunks.Add(Digest.Of(chunk), chunk, () => ancestors);
        writer.Chunks.Publish();
    }

    private static byte[] Random(int seed)
    {
        byte[] bytes = new byte[20_000];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Changed(byte[] bytes)
    {
        byte[] changed = [.. bytes];
        changed[500] ^= 1;
        return changed;
    }
}
