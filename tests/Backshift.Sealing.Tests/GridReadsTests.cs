using Backshift.Objects;

namespace Backshift.Sealing.Tests;

/// <summary>What the storage sees of reads of a pack.</summary>
public sealed class GridReadsTests
{
    private const int Length = (5 * GridUnits.Size) + 1000;
    private readonly byte[] bytes = new byte[Length];

    public GridReadsTests() => new Random(5).NextBytes(bytes);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Reads_that_go_forwards_ask_for_each_unit_once_and_show_no_other_length(int seed)
    {
        SeenPack seen = new(bytes);
        using GridReads read = new(seen, new GridUnits());
        Random random = new(seed);
        for (int at = 0; at < Length;)
        {
            int count = random.Next(1, 700_000);
            byte[] part = new byte[count];
            int got = read.ReadAt(part, at);
            Assert.Equal(bytes[at..Math.Min(Length, at + count)], part[..got]);
            at += count;
        }

        Assert.Equal(Enumerable.Range(0, 6).Select(static number => ((long)number * GridUnits.Size, GridUnits.Size)), seen.Requests);
    }

    [Fact]
    public void Nothing_is_read_after_the_end()
    {
        using GridReads read = new(new SeenPack(bytes), new GridUnits());
        Assert.Equal(0, read.ReadAt(new byte[10], Length));
        Assert.Equal(3, read.ReadAt(new byte[10], Length - 3));
    }

    [Fact]
    public void Many_threads_and_many_packs_get_their_own_bytes()
    {
        GridUnits units = new();
        GridReads[] packs =
            [.. Enumerable.Range(0, 30).Select(number => new GridReads(new SeenPack([.. bytes.Select(value => (byte)(value + number))]), units))];
        Parallel.For(0, 600, new ParallelOptions { MaxDegreeOfParallelism = 24 }, i =>
        {
            Random random = new(i);
            int at = random.Next(Length - 300_000), number = random.Next(packs.Length);
            byte[] part = new byte[random.Next(1, 300_000)];
            Assert.Equal(part.Length, packs[number].ReadAt(part, at));
            for (int k = 0; k < part.Length; k += 977)
            {
                Assert.Equal((byte)(bytes[at + k] + number), part[k]);
            }
        });
        Array.ForEach(packs, static pack => pack.Dispose());
    }

    [Fact]
    public void Where_a_storage_fails_to_read_it_sees_as_little_of_what_is_wanted()
    {
        List<(long, int)>[] requests = [.. new[] { (0, 4000), (30_000, 150_000), (200_000, 62_144) }.Select(wanted =>
        {
            SeenPack seen = new(bytes) { Broken = GridUnits.Size + 20_000 };
            using GridReads read = new(seen, new GridUnits());
            byte[] part = new byte[wanted.Item2];
            Assert.Equal(part.Length, read.ReadAt(part, GridUnits.Size + wanted.Item1));
            Assert.Equal(bytes[(GridUnits.Size + wanted.Item1)..][..part.Length], part);
            return seen.Requests;
        })];
        Assert.Equal(65, requests[0].Count);
        Assert.Equal(requests[0], requests[1]);
        Assert.Equal(requests[0], requests[2]);
    }

    [Fact]
    public void A_sector_that_cannot_be_read_costs_no_more_than_what_is_asked_for()
    {
        SeenPack seen = new(bytes) { Broken = GridUnits.Size + 5000 };
        using GridReads read = new(seen, new GridUnits());
        byte[] part = new byte[4000];
        Assert.Equal(4000, read.ReadAt(part, GridUnits.Size));
        Assert.Equal(bytes[GridUnits.Size..(GridUnits.Size + 4000)], part);
        Assert.Throws<StoreException>(() => read.ReadAt(part, GridUnits.Size + 4000));
        Assert.Equal(4000, read.ReadAt(part, 2 * GridUnits.Size));
    }
}
