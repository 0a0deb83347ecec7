using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Measuring;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Tests;

public sealed class MeasurementTests : IDisposable
{
    private const int Length = 10_000;

    private readonly ScratchRepository repository = new();
    private readonly List<string> said = [];
    private long saves;

    [Fact]
    public void A_chunk_that_one_saveset_needs_is_its_own_and_one_that_two_need_is_that_of_their_host()
    {
        Save("a", [1, 2, 3]);
        Save("a", [2, 3, 4]);
        Save("b", [3, 5]);
        RepositorySize size = Measure();
        Assert.Equal([1, 1, 1], Contents(size.Savesets));
        Assert.Equal([3, 1], size.Hosts.Select(static host => host.UniqueBytes / Length));
        Assert.Equal(["a", "b"], size.Hosts.Select(static host => host.Host));
        Assert.Equal([2, 1], size.Hosts.Select(static host => host.Savesets.Count));
        Assert.Equal(5, size.UniqueBytes / Length);
        Assert.Equal(5 + 3, size.Chunks);
        Assert.True(size.IsWhole);
    }

    [Fact]
    public void Equal_savesets_have_nothing_of_their_own()
    {
        Save("a", [1, 2]);
        Save("a", [1, 2]);
        RepositorySize size = Measure();
        Assert.All(size.Savesets, static one => Assert.Equal((0, 0), (one.UniqueBytes, one.StoredBytes)));
        Assert.Equal(2, Assert.Single(size.Hosts).UniqueBytes / Length);
    }

    [Fact]
    public void Three_hosts_that_share_everything_have_nothing_of_their_own()
    {
        foreach (string host in (string[])["a", "a", "b", "c", "c"])
        {
            Save(host, [1, 2]);
        }

        RepositorySize size = Measure();
        Assert.All(size.Hosts, static host => Assert.Equal(0, host.UniqueBytes));
        Assert.Equal(2, size.UniqueBytes / Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Trait("Length", "long")]
    public void Any_history_is_measured_as_counting_tells(int seed)
    {
        Random random = new(seed);
        List<(string Host, int[] Chunks)> history = [];
        for (int i = 0; i < 8; i++)
        {
            string host = $"host{random.Next(3)}";
            int[] chunks = [.. Enumerable.Range(0, 6).Select(_ => random.Next(20)).Distinct()];
            history.Add((host, chunks));
            Save(host, chunks);
        }

        RepositorySize size = Measure();
        Assert.Equal(history.Select((one, i) => (long)one.Chunks.Count(chunk => !history.Where((_, j) => j != i).Any(other => other.Chunks.Contains(chunk)))),
            Contents(size.Savesets));
        Assert.Equal(
            history.Select(static one => one.Host).Distinct().Order().Select(host => (long)history.Where(one => one.Host == host)
                .SelectMany(static one => one.Chunks).Distinct().Count(chunk => !history.Any(other => other.Host != host && other.Chunks.Contains(chunk)))),
            size.Hosts.Select(static host => host.UniqueBytes / Length));
        Assert.Equal(history.SelectMany(static one => one.Chunks).Distinct().Count(), size.UniqueBytes / Length);
    }

    [Fact]
    public void What_is_stored_is_shared_by_the_chunks_of_a_block_and_packs_are_counted_whole()
    {
        Save("a", [1, 2, 3, 4]);
        RepositorySize size = Measure();
        Assert.InRange(size.StoredBytes, 4 * Length, size.PackBytes);
        Assert.Equal(size.StoredBytes, size.Savesets[0].StoredBytes);
        Assert.Equal(repository.Packs().Count, size.Packs);
        Assert.Equal(repository.Packs().Sum(path => (long)repository.Get(path).Length), size.PackBytes);
    }

    [Fact]
    public void A_saveset_that_is_not_asked_for_needs_its_chunks_all_the_same()
    {
        Save("a", [1, 2]);
        Saveset second = Save("a", [2, 3]);
        RepositorySize size = Measurement.Measure(repository.Directory, saveset => saveset.Name == second.Name, static e => throw e, CancellationToken.None);
        Assert.Equal([1], Contents(size.Savesets));
        Assert.Equal(3, Assert.Single(size.Hosts).UniqueBytes / Length);
    }

    [Fact]
    public void Of_a_delta_what_it_is_made_against_is_needed_too()
    {
        byte[] first = Bytes(1), second = [.. Bytes(1), 1];
        repository.Store(store => store.Add(Digest.Of(first), first));
        repository.Store(store => store.Add(Digest.Of(second), second, () => [Digest.Of(first)]));
        SaveParts("a", [new ContentPart(Digest.Of(second), second.Length)]);
        Assert.Equal([2], Contents(Measure().Savesets));
        SaveParts("b", [new ContentPart(Digest.Of(first), first.Length)]);
        Assert.Equal([1, 0], Measure().Hosts.Select(static host => host.UniqueBytes / Length));
    }

    [Fact]
    public void What_is_missing_is_said_and_makes_the_sizes_doubtful()
    {
        Save("a", [1, 2]);
        foreach (BytePath pack in repository.Packs(holdNodes: false))
        {
            repository.Delete(pack);
        }

        Assert.False(Measure().IsWhole);
        Assert.Contains(said, static line => line.Contains("chunks that savesets need are missing", StringComparison.Ordinal));
    }

    [Fact]
    public void A_node_that_is_missing_is_said_once()
    {
        Save("a", [1, 2]);
        Save("b", [1, 2]);
        foreach (BytePath pack in repository.Packs(holdNodes: true))
        {
            repository.Delete(pack);
        }

        Assert.False(Measure().IsWhole);
        Assert.Single(said, static line => line.StartsWith("node ", StringComparison.Ordinal));
    }

    public void Dispose() => repository.Dispose();

    private static byte[] Bytes(int seed)
    {
        byte[] bytes = new byte[Length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>How many chunks each has alone; nodes are smaller than one.</summary>
    private static IEnumerable<long> Contents(IReadOnlyList<SavesetSize> savesets) => savesets.Select(static one => one.UniqueBytes / Length);

    private RepositorySize Measure() =>
        Measurement.Measure(repository.Directory, static _ => true, trouble => said.Add(trouble.Message), CancellationToken.None);

    private Saveset Save(string host, int[] chunks)
    {
        repository.Store(store =>
        {
            foreach (int chunk in chunks)
            {
                store.Add(Digest.Of(Bytes(chunk)), Bytes(chunk));
            }

            return true;
        });
        return SaveParts(host, [.. chunks.Select(static chunk => new ContentPart(Digest.Of(Bytes(chunk)), Length))]);
    }

    private Saveset SaveParts(string host, IReadOnlyList<ContentPart> parts)
    {
        using RepositoryWriter writer = repository.Write();
        Saveset saveset = new() { Host = host, Started = new UnixTime(60 * ++saves, 0), Complete = true };
        StoredEntry file = new(new EntryRecord { Path = BytePath.Of("file"), Type = EntryType.File }) { Parts = parts };
        return HandmadeTree.Save(writer, saveset, [file]);
    }
}
