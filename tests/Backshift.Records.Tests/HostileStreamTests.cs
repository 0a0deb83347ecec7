namespace Backshift.Records.Tests;

[Trait("Length", "long")]
public sealed class HostileStreamTests
{
    internal static readonly byte[] Begin = Convert.FromHexString("82a46b696e64a5626567696ea776657273696f6e01");

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
        byte[][] streams =
            [.. StreamVector.Files().Select(static file => StreamVector.Load(file).Stream).Where(static stream => stream.Length is > 0 and < 4096)];
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
}
