using System.Text;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Repository.Tests;

public sealed class ChunkReaderTests
{
    private static byte[] Bytes(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    [Fact]
    public void A_delta_whose_prefix_is_damaged_is_not_the_only_copy_that_is_tried()
    {
        using ScratchRepository repository = new();
        byte[] early = Bytes(1, 20_000);
        byte[] late = [.. early];
        late[9_999] ^= 1;
        Digest first = Digest.Of(early), second = Digest.Of(late);
        repository.Store(chunks => chunks.Add(first, early));
        BytePath broken = repository.Packs().Single();
        repository.Store(chunks => chunks.Add(second, late, () => [first]));

        // A copy of the chunk as a whole, in a pack that no run names: it is looked at last.
        using (ScratchRepository other = new())
        {
            other.Store(chunks => chunks.Add(second, late));
            BytePath whole = other.Packs().Single();
            repository.Put(whole, other.Get(whole));
        }

        repository.Flip(broken, 100);
        using RepositoryReader reader = repository.Read();
        Assert.Equal(late, reader.Contents.Read(second).ToArray());
        Assert.Throws<BackshiftException>(() => reader.Contents.Read(first));
    }

    [Fact]
    public void A_delta_that_is_the_only_copy_is_lost_with_its_prefix_and_says_so()
    {
        using ScratchRepository repository = new();
        byte[] early = Bytes(2, 20_000);
        byte[] late = [.. early, 1, 2, 3];
        Digest first = Digest.Of(early), second = Digest.Of(late);
        repository.Store(chunks => chunks.Add(first, early));
        BytePath broken = repository.Packs().Single();
        repository.Store(chunks => chunks.Add(second, late, () => [first]));
        repository.Flip(broken, 100);
        using RepositoryReader reader = repository.Read();
        BackshiftException trouble = Assert.Throws<BackshiftException>(() => reader.Contents.Read(second));
        Assert.Equal(ExitCode.DataError, trouble.Code);
        Assert.Contains($"chunk {second}: pack ", trouble.Message, StringComparison.Ordinal);
        Assert.Contains($"is a delta: chunk {first}: ", trouble.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_damaged_is_called_so_each_time_it_is_asked_for()
    {
        using ScratchRepository repository = new();
        byte[] content = Bytes(2, 20_000);
        repository.Store(chunks => chunks.Add(Digest.Of(content), content));
        BytePath broken = repository.Packs().Single();
        repository.Flip(broken, 100);
        using RepositoryReader reader = repository.Read();
        string first = Assert.Throws<BackshiftException>(() => reader.Contents.Read(Digest.Of(content))).Message;
        Assert.Contains($"pack {Encoding.ASCII.GetString(broken.Name)}: block 0 ", first, StringComparison.Ordinal);
        Assert.Equal(first, Assert.Throws<BackshiftException>(() => reader.Contents.Read(Digest.Of(content))).Message);
    }

    [Fact]
    public void Nothing_is_made_a_delta_against_damage()
    {
        // The three lie in one block, stored as they are, since they are random: only their digests tell.
        using ScratchRepository repository = new();
        List<byte[]> early = [.. Enumerable.Range(0, 3).Select(static i => Bytes(3 + i, 20_000))];
        repository.Store(chunks => early.TrueForAll(bytes => chunks.Add(Digest.Of(bytes), bytes)));
        BytePath broken = repository.Packs().Single();
        repository.Flip(broken, 30_000);
        List<byte[]> late = [.. early.Select(static bytes => (byte[])[.. bytes, 1, 2, 3])];
        long stored = 0;
        repository.Store(chunks =>
        {
            late.ForEach(bytes => chunks.Add(Digest.Of(bytes), bytes, () => [Digest.Of(early[late.IndexOf(bytes)])]));
            chunks.Publish();
            stored = chunks.StoredBytes;
            return true;
        });

        // The second is whole, and the others are deltas of a few bytes.
        Assert.InRange(stored, 20_003, 21_000);
        using RepositoryReader reader = repository.Read();
        Assert.Equal(late[1], reader.Contents.Read(Digest.Of(late[1])).ToArray());
        Assert.Equal(late[2], reader.Contents.Read(Digest.Of(late[2])).ToArray());
        Assert.Throws<BackshiftException>(() => reader.Contents.Read(Digest.Of(early[1])));
    }

    [Fact]
    public void A_chunk_whose_entry_in_the_index_is_damaged_is_found_in_its_pack()
    {
        using ScratchRepository repository = new();
        byte[] content = Bytes(3, 1000);
        repository.Store(chunks => chunks.Add(Digest.Of(content), content));
        string run = Directory.EnumerateFiles(Path.Combine(repository.Root.ToString(), "index")).Single();
        byte[] bytes = File.ReadAllBytes(run);
        for (int at = bytes.Length - 48; at < bytes.Length - 32; at++)
        {
            byte[] bad = [.. bytes];
            bad[at] ^= 1;
            File.WriteAllBytes(run, bad);
            List<string> said = [];
            using RepositoryReader reader = repository.Read(trouble => said.Add(trouble.Message));
            Assert.Equal(content, reader.Contents.Read(Digest.Of(content)).ToArray());
            Assert.Contains("run ", Assert.Single(said), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1 << 20, 32 << 20)]
    [InlineData(8 << 20, 64 << 20)]
    [Trait("Length", "long")]
    public void What_is_kept_is_bounded_in_bytes_whatever_the_length_of_a_block(int block, int bound)
    {
        using ScratchRepository repository = new(block: block);
        List<Digest> digests = [];
        repository.Store(chunks =>
        {
            for (int i = 0; i < 80 << 20; i += 1 << 20)
            {
                byte[] bytes = Bytes(i, 1 << 20);
                digests.Add(Digest.Of(bytes));
                chunks.Add(digests[^1], bytes);
            }

            return true;
        });
        using RepositoryReader reader = RepositoryReader.Open(repository.Root, static e => throw e, workers: 2);
        int announced = 0;
        long most = 0;
        for (int i = 0; i < digests.Count; i++)
        {
            while (announced < digests.Count && reader.Contents.Prefetch(digests[announced]))
            {
                announced++;
            }

            announced = Math.Max(announced, i + 1);
            Assert.Equal(digests[i], Digest.Of(reader.Contents.Read(digests[i]).Span));
            most = Math.Max(most, reader.Contents.KeptBytes);
        }

        Assert.InRange(most, 16 << 20, bound);
    }

    [Fact]
    [Trait("Length", "long")]
    public void A_long_block_that_a_restore_comes_back_to_is_not_decoded_again()
    {
        const int Blocks = 7, Chunk = 4 << 20;
        using ScratchRepository repository = new(block: 2 * Chunk);
        List<byte[]> stored = [.. Enumerable.Range(0, 2 * Blocks).Select(static i => Bytes(i, Chunk))];
        repository.Store(chunks => stored.TrueForAll(bytes => chunks.Add(Digest.Of(bytes), bytes)));
        using RepositoryReader reader = repository.Read();
        foreach (byte[] bytes in stored.Where(static (_, i) => i % 2 == 0).Concat(stored.Where(static (_, i) => i % 2 == 1)))
        {
            Assert.Equal(bytes, reader.Contents.Read(Digest.Of(bytes)).ToArray());
        }

        Assert.Equal(Blocks, reader.Contents.BlocksDecoded);
    }

    [Fact]
    public void Small_blocks_do_not_push_out_the_large_one_that_they_are_made_against()
    {
        using ScratchRepository repository = new();
        List<byte[]> early = [.. Enumerable.Range(0, 60).Select(static i => Bytes(1000 + i, 16_000))];
        repository.Store(chunks => early.TrueForAll(bytes => chunks.Add(Digest.Of(bytes), bytes)));
        List<byte[]> late = [.. early.Select(static bytes => (byte[])[.. bytes[..100], 0, .. bytes[100..]])];
        repository.Store(chunks => late.TrueForAll(bytes => chunks.Add(Digest.Of(bytes), bytes, () => [Digest.Of(early[late.IndexOf(bytes)])])));
        using RepositoryReader reader = repository.Read();
        foreach (byte[] bytes in late)
        {
            Assert.Equal(bytes, reader.Contents.Read(Digest.Of(bytes)).ToArray());
        }

        // The sixty deltas and the one block of their ancestors.
        Assert.Equal(61, reader.Contents.BlocksDecoded);
    }
}
