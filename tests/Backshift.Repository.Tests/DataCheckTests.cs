using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Checking;
using Backshift.Repository.Findings;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Tests;

/// <summary>A check reads deltas in another order than they are stored in, with what they are made against at hand.</summary>
public sealed class DataCheckTests : IDisposable
{
    private readonly ScratchRepository repository = new();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Deltas_in_many_packs_are_all_read_and_each_counts_once(int threads)
    {
        // Eight versions of forty chunks, each made against the one before, the packs in any order.
        byte[][] chunks = [.. Enumerable.Range(0, 40).Select(static seed => Random(seed, 3000))];
        using (HandmadePack pack = new(repository))
        {
            pack.Add(chunks);
            pack.Publish();
        }

        long bytes = chunks.Sum(static chunk => chunk.Length);
        for (byte depth = 1; depth <= 8; depth++)
        {
            using HandmadePack pack = new(repository);
            for (int i = 0; i < chunks.Length; i++)
            {
                byte[] next = Changed(chunks[i], depth);
                pack.AddDelta(next, depth, chunks[i], Digest.Of(chunks[i]));
                chunks[i] = next;
                bytes += next.Length;
            }

            pack.Publish();
        }

        Assert.Equal((0, bytes), Check(out List<Finding> found, threads));
        Assert.Empty(found);
    }

    [Fact]
    public void A_delta_against_a_damaged_block_is_read_with_another_copy_of_it()
    {
        byte[] first = Random(1, 3000), second = Changed(first, 1), other = Random(2, 3000);
        ObjectName[] copies = [Whole(first), Whole(first)];
        using (HandmadePack pack = new(repository))
        {
            // Two prefixes, so that the place of each in what they make together matters.
            pack.AddDelta(second, 1, [.. other, .. first], Digest.Of(other), Digest.Of(first));
            pack.Publish();
        }

        Whole(other);
        repository.Flip(ObjectPath.Pack(copies[0]).Path, ObjectHeader.Size + 5);
        Check(out List<Finding> found);
        Assert.Equal([(FindingKind.BlockDamaged, copies[0])], found.Select(static finding => (finding.Kind, finding.Pack!.Value)));

        // Without the other copy, the pack of the delta is still not to blame.
        repository.Flip(ObjectPath.Pack(copies[1]).Path, ObjectHeader.Size + 5);
        Check(out found);
        Assert.Equal(copies.Order(), found.Select(static finding => finding.Pack!.Value).Order());
    }

    [Fact]
    public void A_delta_that_is_damaged_itself_is_named_with_its_pack()
    {
        byte[] first = Random(1, 3000), second = Changed(first, 1), third = Changed(second, 2);
        Whole(first);
        ObjectName damaged;
        using (HandmadePack pack = new(repository))
        {
            pack.AddDelta(second, 1, first, Digest.Of(first));
            damaged = pack.Name;
            pack.Publish();
        }

        using (HandmadePack pack = new(repository))
        {
            pack.AddDelta(third, 2, second, Digest.Of(second));
            pack.Publish();
        }

        repository.Flip(ObjectPath.Pack(damaged).Path, ObjectHeader.Size + 3);
        Check(out List<Finding> found);
        Assert.Equal([(FindingKind.BlockDamaged, damaged)], found.Select(static finding => (finding.Kind, finding.Pack!.Value)));
    }

    [Fact]
    public void A_delta_that_is_damaged_is_named_also_where_what_it_is_made_against_is_missing()
    {
        byte[] first = Random(1, 3000);
        using HandmadePack pack = new(repository);
        pack.AddDelta(Changed(first, 1), 1, first, Digest.Of(first));
        pack.Publish();
        Check(out List<Finding> found);
        Assert.Empty(found);
        repository.Flip(ObjectPath.Pack(pack.Name).Path, ObjectHeader.Size + 3);
        Check(out found);
        Assert.Equal(FindingKind.BlockDamaged, Assert.Single(found).Kind);
    }

    [Fact]
    public void A_block_whose_checksum_is_right_and_whose_chunk_is_not_is_found_among_deltas_too()
    {
        byte[] first = Random(1, 3000), other = Random(3, 3000), second = Changed(other, 1);
        Whole(first);

        // Made against something else of the same length: it decompresses, to other bytes.
        using (HandmadePack pack = new(repository))
        {
            pack.AddDelta(second, 1, other, Digest.Of(first));
            pack.Publish();
        }

        Check(out List<Finding> found);
        Assert.Equal(Digest.Of(second), Assert.Single(found, static finding => finding.Kind == FindingKind.ChunkDamaged).Chunk);
    }

    public void Dispose() => repository.Dispose();

    private (int Damage, long Bytes) Check(out List<Finding> found, int threads = 2)
    {
        List<Finding> all = [];
        using WorkerPool workers = new(threads);
        using RepositoryCheck check = new(repository.Directory, workers, all.Add);
        check.Run(DataScope.All, CancellationToken.None);
        found = all;
        return ((int)check.Counts.Damage, check.Counts.BytesRead);
    }

    private ObjectName Whole(byte[] chunk)
    {
        using HandmadePack pack = new(repository);
        pack.Add([chunk]);
        pack.Publish();
        return pack.Name;
    }

    private static byte[] Random(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Changed(byte[] chunk, int at)
    {
        byte[] changed = [.. chunk];
        changed[at * 100] ^= 0x55;
        return changed;
    }
}
