using System.Diagnostics;

namespace Backshift.Records.Tests;

/// <summary>What hostile streams cost. Memory is measured for the whole process, so that no other test runs beside these.</summary>
[Collection(Alone)]
public sealed class MeasuredStreamTests
{
    private const string Alone = "alone";

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
    [Trait("Length", "long")]
    public async Task Millions_of_small_values_in_one_record_cost_no_more_than_their_bytes()
    {
        // An array of 16 million numbers, in pieces: measured again from its start with each of them, this would take minutes.
        const int Count = 16_000_000;
        byte[] head = [.. HostileStreamTests.Begin, 0x82, .. Convert.FromHexString("a46b696e64a36e6577a176dd"), Count >> 24, (Count >> 16) & 255,
            (Count >> 8) & 255, Count & 255];
        byte[] stream = [.. head, .. new byte[Count], .. Convert.FromHexString("81a46b696e64a3656e64")];
        Stopwatch clock = Stopwatch.StartNew();
        Assert.Equal("ok", (await Reading.OfAsync(new TrickleStream(stream, 4096))).Verdict);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class AloneCollection;
}
