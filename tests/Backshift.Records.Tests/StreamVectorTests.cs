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
        string expected = vector.Expect == "refused" ? "ok" : vector.Expect;
        Assert.True(expected == reading.Verdict, $"{vector.Name}: {reading.Verdict} ({reading.Message})");
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

    public static TheoryData<string> Begins => [.. StreamVector.Files().Where(static file => StreamVector.Load(file).Expect is "ok" or "refused")];

    [Theory, MemberData(nameof(Begins))]
    public async Task A_stage_that_uses_a_stream_refuses_what_it_requires_and_is_not_known(string file)
    {
        StreamVector vector = StreamVector.Load(file);
        RecordReader reader = new(new MemoryStream(vector.Stream));
        Assert.True(await reader.ReadAsync(default));
        BeginRecord begin = BeginRecord.ReadFrom(reader.Encoded);
        if (vector.Expect == "refused")
        {
            Assert.Equal(ExitCode.DataError, Assert.Throws<BackshiftException>(begin.CheckRequired).Code);
        }
        else
        {
            begin.CheckRequired();
        }
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
        Assert.All(["begin", "entry", "data", "chunk", "list", "hole", "fork", "problem", "end"], kind =>
        {
            Assert.Contains(files, file => file.Contains(kind, StringComparison.Ordinal) && StreamVector.Load(file).Expect == "ok");
            Assert.Contains(files, file => file.Contains(kind, StringComparison.Ordinal) && StreamVector.Load(file).Expect == "damaged");
        });
    }
}
