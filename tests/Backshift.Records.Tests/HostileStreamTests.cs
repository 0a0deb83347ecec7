using System.Diagnostics;

namespace Backshift.Records.Tests;

public sealed class HostileStreamTests
{
    private static readonly byte[] Begin = Convert.FromHexString("82a46b696e64a5626567696ea776657273696f6e01");

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 16)];

    [Theory, MemberData(nameof(Seeds))]
    public async Task Random_bytes_are_refused_and_nothing_else_happens(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 500; round++)
        {
            byte[] noise = new byte[random.Next(1, 400)];
            random.NextBytes(noise);

            // Behind a begin record, and in a map that starts well, noise gets further.
            byte[] prefix = (round % 3) switch { 0 => [], 1 => Begin, _ => [.. Begin, 0x8f, .. Convert.FromHexString("a46b696e64a5656e747279")] };
            Assert.NotEqual("ok", (await Reading.OfAsync([.. prefix, .. noise])).Verdict);
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public async Task A_stream_with_changed_bytes_is_read_or_refused_and_nothing_else_happens(int seed)
    {
        Random random = new(seed);
        byte[][] streams = [.. StreamVector.Files().Select(static file => StreamVector.Load(file).Stream).Where(static stream => stream.Length is > 0 and < 4096)];
        for (int round = 0; round < 2000; round++)
        {
            byte[] stream = [.. streams[random.Next(streams.Length)]];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                stream[random.Next(stream.Length)] = (byte)random.Next(256);
            }

            Assert.NotEmpty((await Reading.OfAsync(stream)).Verdict);
        }
    }

    [Fact]
    public async Task A_length_that_nobody_could_keep_takes_no_memory()
    {
        foreach (string file in StreamVector.Files().Where(static file => file.StartsWith("4-GiB", StringComparison.Ordinal)))
        {
            byte[] stream = StreamVector.Load(file).Stream;
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Assert.Equal("damaged", (await Reading.OfAsync(stream)).Verdict);
            Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 8 << 20);
        }
    }

    [Fact]
    public async Task Millions_of_small_values_in_one_record_cost_no_more_than_their_bytes()
    {
        // An array of 16 million numbers, in pieces: measured again from its start with each of them, this would take minutes.
        const int Count = 16_000_000;
        byte[] head = [.. Begin, 0x82, .. Convert.FromHexString("a46b696e64a36e6577a176dd"), Count >> 24, (Count >> 16) & 255, (Count >> 8) & 255, Count & 255];
        byte[] stream = [.. head, .. new byte[Count], .. Convert.FromHexString("81a46b696e64a3656e64")];
        Stopwatch clock = Stopwatch.StartNew();
        Assert.Equal("ok", (await Reading.OfAsync(new TrickleStream(stream, 4096))).Verdict);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }
}
