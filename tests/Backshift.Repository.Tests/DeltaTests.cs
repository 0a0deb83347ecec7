using System.Globalization;
using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Condemning;

namespace Backshift.Repository.Tests;

/// <summary>What deltas stand on: how much it costs, and what becomes of it when something of it is lost.</summary>
public sealed class DeltaTests
{
    private static byte[] Bytes(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static Digest D(byte[] bytes) => Digest.Of(bytes);

    /// <summary>Versions of a file of so many chunks; all chunks change a little in each, and are made deltas against the three at their place
    /// before.</summary>
    private static List<byte[][]> StoreVersions(ScratchRepository repository, int versions, int chunks)
    {
        List<byte[][]> all = [];
        for (int version = 0; version < versions; version++)
        {
            byte[][] before = version == 0 ? [] : all[^1];
            byte[][] now = [.. Enumerable.Range(0, chunks).Select(i =>
            {
                byte[] bytes = version == 0 ? Bytes(i, 8000) : [.. before[i]];
                bytes[(version * 131) % bytes.Length] ^= 0x55;
                return bytes;
            })];
            repository.Store(store =>
            {
                for (int i = 0; i < chunks; i++)
                {
                    Digest[] ancestors = version == 0 ? [] : [.. before[Math.Max(0, i - 1)..Math.Min(chunks, i + 2)].Select(D)];
                    store.Add(D(now[i]), now[i], () => ancestors);
                }

                return true;
            });
            all.Add(now);
        }

        return all;
    }

    [Fact]
    public void A_version_costs_its_depth_however_many_ancestors_a_chunk_has()
    {
        const int Versions = 9, Chunks = 40;
        using ScratchRepository repository = new();
        byte[][] last = StoreVersions(repository, Versions, Chunks)[^1];
        using RepositoryReader reader = RepositoryReader.Open(repository.Root, static e => throw e, workers: 1);
        int ahead = 0;
        for (int i = 0; i < Chunks; i++)
        {
            while (ahead < Chunks && ahead < i + 8 && reader.Contents.Prefetch(D(last[ahead])))
            {
                ahead++;
            }

            ahead = Math.Max(ahead, i + 1);
            Assert.Equal(last[i], reader.Contents.Read(D(last[i])).ToArray());
        }

        Assert.InRange(reader.Contents.BlocksDecoded, Chunks, Versions * Chunks);
        Assert.InRange(reader.Contents.BlocksLookedAt, 1, 4 * Versions * Chunks);
    }

    [Fact]
    public void To_see_that_a_delta_is_whole_each_block_is_looked_into_once()
    {
        const int Versions = 9, Chunks = 40;
        using ScratchRepository repository = new();
        byte[][] last = StoreVersions(repository, Versions, Chunks)[^1];
        using ChunkFinder finder = new(repository.Directory, static e => throw e, isReader: true);
        StoredChunks stored = new(finder, CondemnedPacks.None);
        Assert.All(last, chunk => Assert.NotNull(stored.Find(D(chunk))));
        Assert.InRange(stored.Visits, Chunks, Versions * Chunks);
    }

    [Fact]
    public void A_prefix_is_looked_for_only_in_blocks_less_deep_so_that_chains_end()
    {
        // Seventeen deltas on one another; the directory calls them 1, 2, … 16, 16.
        using ScratchRepository repository = new();
        List<byte[]> chain = [Bytes(1, 1000)];
        using (HandmadePack pack = new(repository))
        {
            pack.Add(chain[0]);
            for (int depth = 1; depth <= 17; depth++)
            {
                chain.Add([.. chain[^1], (byte)depth]);
                pack.AddDelta(chain[^1], (byte)Math.Min(depth, 16), chain[^2], D(chain[^2]));
            }

            pack.Publish();
        }

        using RepositoryReader reader = repository.Read();
        Assert.Equal(chain[16], reader.Contents.Read(D(chain[16])).ToArray());
        BackshiftException trouble = Assert.Throws<BackshiftException>(() => reader.Contents.Read(D(chain[17])));
        Assert.Equal(ExitCode.DataError, trouble.Code);
        Assert.Contains("less deep", trouble.Message, StringComparison.Ordinal);
        using ChunkFinder finder = new(repository.Directory, static e => throw e, isReader: true);
        StoredChunks stored = new(finder, CondemnedPacks.None);
        Assert.NotNull(stored.Find(D(chain[16])));
        Assert.Null(stored.Find(D(chain[17])));
        Assert.Contains("less deep", stored.ReasonAgainst(D(chain[17])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 3)]
    public void Deltas_that_lead_back_to_themselves_are_damage_and_another_copy_is_read(int depthOfFirst, int depthOfSecond)
    {
        using ScratchRepository repository = new();
        byte[] first = Bytes(1, 1000), second = [.. first, 1];
        using (HandmadePack circle = new(repository))
        {
            circle.AddDelta(first, (byte)depthOfFirst, second, D(second));
            circle.AddDelta(second, (byte)depthOfSecond, first, D(first));
            circle.Publish();
        }

        using (RepositoryReader reader = repository.Read())
        {
            Assert.Equal(ExitCode.DataError, Assert.Throws<BackshiftException>(() => reader.Contents.Read(D(first))).Code);
            Assert.Equal(ExitCode.DataError, Assert.Throws<BackshiftException>(() => reader.Contents.Read(D(second))).Code);
            Assert.False(reader.Contains(D(first), first.Length));
        }

        using (HandmadePack whole = new(repository))
        {
            whole.Add(first);
            whole.Publish();
        }

        using RepositoryReader again = repository.Read();
        Assert.Equal(second, again.Contents.Read(D(second)).ToArray());
        Assert.Equal(first, again.Contents.Read(D(first)).ToArray());
        Assert.True(again.Contains(D(first), first.Length));
        Assert.True(again.Contains(D(second), second.Length));
    }

    [Fact]
    public void A_delta_that_needs_more_than_a_reader_has_to_bear_is_damage_and_what_it_needs_is_not()
    {
        // Each prefix is a small chunk in a block of 8 MiB.
        using ScratchRepository repository = new();
        List<byte[]> prefixes = [.. Enumerable.Range(0, 20).Select(static i => Bytes(i, 100))];
        byte[] small = [.. prefixes[0], .. prefixes[1], 1], large = [.. prefixes.SelectMany(static bytes => bytes), 1];
        using (HandmadePack pack = new(repository))
        {
            foreach (byte[] prefix in prefixes)
            {
                byte[] rest = new byte[(8 << 20) - 100];
                rest[0] = prefix[0];
                pack.Add(prefix, rest);
            }

            pack.AddDelta(small, 1, [.. prefixes[0], .. prefixes[1]], D(prefixes[0]), D(prefixes[1]));
            pack.AddDelta(large, 2, [.. small, .. prefixes.SelectMany(static bytes => bytes)], [D(small), .. prefixes.Select(D)]);
            pack.Publish();
        }

        using RepositoryReader reader = repository.Read();
        Assert.Equal(ExitCode.DataError, Assert.Throws<BackshiftException>(() => reader.Contents.Read(D(large))).Code);
        Assert.Equal(small, reader.Contents.Read(D(small)).ToArray());
        Assert.All(prefixes, prefix => Assert.Equal(prefix, reader.Contents.Read(D(prefix)).ToArray()));
        Assert.False(reader.Contains(D(large), large.Length));
        Assert.True(reader.Contains(D(small), small.Length));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void With_any_pack_lost_what_is_stored_again_can_be_read_and_so_can_the_deltas_that_need_it(int lost)
    {
        using ScratchRepository repository = new();
        List<byte[][]> versions = StoreVersions(repository, 3, 5);
        string[] packs = [.. Packs(repository).OrderBy(static pack => new FileInfo(pack).CreationTimeUtc).ThenBy(File.GetLastWriteTimeUtc)];
        Assert.Equal(3, packs.Length);
        File.Delete(packs[lost]);
        int again = 0;
        repository.Store(
            store =>
            {
                foreach (byte[] chunk in versions.SelectMany(static version => version))
                {
                    // The ancestors are what a save would name; deltas against what is lost would not help the older ones.
                    again += store.Add(D(chunk), chunk, () => [D(versions[2][0])]) ? 1 : 0;
                }

                return true;
            },
            static _ => { });
        Assert.InRange(again, 5, 15);
        using RepositoryReader reader = repository.Read();
        Assert.All(versions.SelectMany(static version => version), chunk => Assert.Equal(chunk, reader.Contents.Read(D(chunk)).ToArray()));
    }

    [Fact]
    public void What_rots_below_a_delta_is_stored_again_when_its_content_comes_by()
    {
        using ScratchRepository repository = new();
        List<byte[][]> versions = StoreVersions(repository, 2, 3);
        BytePath first = repository.Packs().OrderByDescending(pack => repository.Get(pack).Length).First();
        repository.Flip(first, 100);
        List<string> said = [];
        repository.Store(
            store =>
            {
                foreach (byte[] chunk in versions[1])
                {
                    Assert.True(store.Add(D(chunk), chunk, () => []));
                }

                return true;
            },
            trouble => said.Add(string.Create(CultureInfo.InvariantCulture, $"{trouble.Message} / {trouble.Hint}")));
        Assert.Contains($"pack {Encoding.ASCII.GetString(first.Name)}: block 0 does not match its CRC", Assert.Single(said), StringComparison.Ordinal);
        Assert.Contains("--repair", said[0], StringComparison.Ordinal);
        using RepositoryReader reader = repository.Read();
        Assert.All(versions[1], chunk => Assert.Equal(chunk, reader.Contents.Read(D(chunk)).ToArray()));
    }

    private static IEnumerable<string> Packs(ScratchRepository repository) =>
        Directory.EnumerateFiles(Path.Combine(repository.Root.ToString(), "packs"), "*", SearchOption.AllDirectories);
}
