using Backshift.Repository.Packs;
using Backshift.Records;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Tests;

/// <summary>Buffers of blocks are used again.</summary>
public sealed class SpareJobsTests : IDisposable
{
    private readonly ScratchRepository repository = new();

    [Fact]
    public void A_job_is_taken_for_a_block_that_fits_its_buffers_and_is_not_much_shorter()
    {
        SpareJobs spare = new(ChunkNaming.Plain, 4 << 20);
        DecodeJob large = Decoded(1 << 20), small = Decoded(20_000);
        spare.Add(large);
        spare.Add(small);
        Assert.NotSame(large, spare.Take(2 << 20));
        Assert.Same(small, spare.Take(10));
        Assert.NotSame(large, spare.Take(100_000));
        Assert.Same(large, spare.Take(600_000));
        Assert.NotSame(large, spare.Take(600_000));
    }

    [Fact]
    public void Of_more_than_its_limit_the_oldest_are_given_up()
    {
        SpareJobs spare = new(ChunkNaming.Plain, 1 << 20);
        DecodeJob[] jobs = [Decoded(500_000), Decoded(500_000), Decoded(500_000)];
        foreach (DecodeJob job in jobs)
        {
            spare.Add(job);
        }

        Assert.Same(jobs[2], spare.Take(500_000));
        Assert.Same(jobs[1], spare.Take(500_000));
        Assert.DoesNotContain(spare.Take(500_000), jobs);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20_000)]
    [InlineData((1 << 20) + 1)]
    [InlineData(8 << 20)]
    public void A_buffer_is_at_most_an_eighth_longer_than_needed(int size) =>
        Assert.InRange(SpareJobs.RoomFor(size), size, Math.Max(size + (size / 8), 1));

    public void Dispose() => repository.Dispose();

    private DecodeJob Decoded(int size)
    {
        byte[] content = new byte[size];
        new Random(size).NextBytes(content);
        using HandmadePack pack = new(repository);
        pack.Add([content]);
        pack.Publish();
        using OpenPack opened = OpenPack.TryOpen(repository.Directory, pack.Name)!;
        using WorkerContext context = new();
        DecodeJob job = new(ChunkNaming.Plain);
        job.Aim(opened, 0);
        job.RunHere(context);
        Assert.Null(job.Damage);
        return job;
    }
}
