using Backshift.Objects;

namespace Backshift.Sealing.Tests;

/// <summary>What the storage sees of packs that are read as a whole.</summary>
public sealed class WholeReadsTests
{
    private const int Piece = 1 << 20;
    private const int Length = (3 * Piece) + 1000;
    private readonly byte[] bytes = new byte[Length];

    public WholeReadsTests() => new Random(6).NextBytes(bytes);

    private static IEnumerable<(long, int)> Whole => Enumerable.Range(0, 4).Select(static i => ((long)i * Piece, Piece));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(100_000, 2_000_000)]
    [InlineData(Length - 1, 10)]
    [InlineData(Length, 10)]
    public void Whatever_is_wanted_everything_is_read_once_and_in_order(int at, int count)
    {
        SeenPack seen = new(bytes);
        using WholePacks packs = new();
        using WholeReads read = new(seen, packs);
        byte[] part = new byte[count];
        for (int i = 0; i < 3; i++)
        {
            int got = read.ReadAt(part, at);
            Assert.Equal(bytes[at..Math.Min(Length, at + count)], part[..got]);
        }

        Assert.Equal(Whole, seen.Requests);
    }

    [Fact]
    public void A_pack_that_is_opened_again_is_not_read_again_until_eight_others_were()
    {
        SeenPack[] seen = [.. Enumerable.Range(0, 9).Select(number => new SeenPack(bytes, $"pack {number}"))];
        using WholePacks packs = new();
        foreach (int number in new[] { 0, 0, 1, 2, 3, 4, 5, 6, 7, 0, 8, 0, 1 })
        {
            using WholeReads read = new(seen[number], packs);
            byte[] part = new byte[100];
            Assert.Equal(100, read.ReadAt(part, 50_000));
            Assert.Equal(bytes[50_000..50_100], part);
        }

        Assert.Equal([4, 8, 4, 4, 4, 4, 4, 4, 4], seen.Select(static pack => pack.Requests.Count));
    }

    [Fact]
    public void Many_threads_and_many_packs_get_their_own_bytes()
    {
        SeenPack[] seen = [.. Enumerable.Range(0, 20).Select(number => new SeenPack([.. bytes.Select(value => (byte)(value + number))], $"pack {number}"))];
        using WholePacks packs = new();
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 24 }, i =>
        {
            Random random = new(i);
            int at = random.Next(Length - 300_000), number = random.Next(seen.Length);
            byte[] part = new byte[random.Next(1, 300_000)];
            using WholeReads read = new(seen[number], packs);
            Assert.Equal(part.Length, read.ReadAt(part, at));
            for (int k = 0; k < part.Length; k += 977)
            {
                Assert.Equal((byte)(bytes[at + k] + number), part[k]);
            }
        });
    }

    [Fact]
    public void A_sector_that_cannot_be_read_costs_only_what_reaches_into_it_and_shows_nothing()
    {
        List<(long, int)>? first = null;
        foreach (int at in new[] { 0, Piece, Piece + 100_000, Length - 5000 })
        {
            SeenPack seen = new(bytes) { Broken = Piece + 50_000 };
            using WholePacks packs = new();
            using WholeReads read = new(seen, packs);
            byte[] part = new byte[5000];
            Assert.Equal(5000, read.ReadAt(part, at));
            Assert.Equal(bytes[at..(at + 5000)], part);
            Assert.Equal(4 + (Piece / 4096), seen.Requests.Count);
            first ??= [.. seen.Requests];
            Assert.Equal(first, seen.Requests);

            // It is read again, in the same way, since it might be whole by now.
            Assert.Throws<StoreException>(() => read.ReadAt(part, Piece + 46_000));
            Assert.Equal([.. first, .. first], seen.Requests);
        }
    }
}
