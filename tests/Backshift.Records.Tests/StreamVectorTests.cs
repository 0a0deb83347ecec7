namespace Backshift.Records.Tests;

public sealed class StreamVectorTests
{
    public static TheoryData<string> Files => [.. StreamVector.Files()];

    public static TheoryData<string> Canonical => [.. StreamVector.Files().Where(static file => StreamVector.Load(file).Canonical)];

    [Theory, MemberData(nameof(Files))]
    public async Task A_vector_is_read_as_it_says(string file)
    {
        StreamVector vector = StreamVector.Load(file);
        Reading reading = await Reading.OfAsync(vector.Stream);
        Assert.True(vector.Expect == reading.Verdict, $"{vector.Name}: {reading.Verdict} ({reading.Message})");
        if (vector.Expect != "damaged")
        {
            Assert.Equal(vector.Records, reading.Records);
        }
    }

    [Theory, MemberData(nameof(Files))]
    public async Task A_vector_that_comes_byte_by_byte_is_read_alike(string file)
    {
        StreamVector vector = StreamVector.Load(file);
        Reading whole = await Reading.OfAsync(vector.Stream);
        Reading slow = await Reading.OfAsync(new TrickleStream(vector.Stream, vector.Stream.Length < 1 << 20 ? 1 : 4093));
        Assert.Equal((whole.Verdict, whole.Message), (slow.Verdict, slow.Message));
        Assert.Equal(whole.Records, slow.Records);
    }

    [Theory, MemberData(nameof(Canonical))]
    public async Task Records_that_are_read_and_written_again_are_the_same_bytes(string file)
    {
        StreamVector vector = StreamVector.Load(file);
        Reading reading = await Reading.OfAsync(vector.Stream);
        Assert.Equal(vector.Stream, reading.Again);
    }

    [Fact]
    public void Every_kind_has_vectors_both_good_and_broken()
    {
        List<string> files = [.. StreamVector.Files()];
        Assert.True(files.Count >= 390);
        Assert.All(["begin", "entry", "data", "chunk", "hole", "problem", "end"], kind =>
        {
            Assert.Contains(files, file => file.Contains(kind, StringComparison.Ordinal) && StreamVector.Load(file).Expect == "ok");
            Assert.Contains(files, file => file.Contains(kind, StringComparison.Ordinal) && StreamVector.Load(file).Expect == "damaged");
        });
    }
}
