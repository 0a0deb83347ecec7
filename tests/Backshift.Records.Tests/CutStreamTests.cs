namespace Backshift.Records.Tests;

public sealed class CutStreamTests
{
    [Theory]
    [InlineData("entry-with-every-key")]
    [InlineData("unknown-keys-of-an-entry")]
    [InlineData("chunk-with-digest-and-bytes")]
    [InlineData("begin-with-every-key")]
    [InlineData("problem-with-every-key")]
    public async Task A_stream_cut_at_any_byte_is_an_error_not_an_end(string file)
    {
        byte[] whole = StreamVector.Load(file).Stream;
        for (int length = 0; length < whole.Length; length++)
        {
            Reading reading = await Reading.OfAsync(whole[..length]);
            Assert.True(reading.Verdict == "cut", $"the first {length} of {whole.Length} bytes: {reading.Verdict}");
        }

        Assert.Equal("ok", (await Reading.OfAsync(whole)).Verdict);
    }

    [Fact]
    public async Task What_lies_before_the_cut_is_read()
    {
        StreamVector vector = StreamVector.Load("unknown-kinds");
        Reading reading = await Reading.OfAsync(vector.Stream[..^1]);
        Assert.Equal(vector.Records[..^1], reading.Records);
    }

    [Theory]
    [InlineData("", "standard input is empty: no begin record")]
    [InlineData("82a46b696e64a5626567696ea776657273696f6e01", "the stream on standard input stops without an end record")]
    [InlineData("82a46b696e64a5626567696ea776657273696f6e0182", "the stream on standard input stops in the middle of a record")]
    public async Task The_message_says_how_the_stream_stops(string hex, string message) =>
        Assert.Equal(message, (await Reading.OfAsync(Convert.FromHexString(hex))).Message);
}
