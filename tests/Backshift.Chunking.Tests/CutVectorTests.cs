using System.Globalization;

namespace Backshift.Chunking.Tests;

public sealed class CutVectorTests
{
    public static TheoryData<string> Files() => [.. VectorFolder.Cuts()];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_vector_is_cut_where_its_file_says(string file)
    {
        CutVector vector = CutVector.Parse(File.ReadLines(VectorFolder.PathOf(file)));
        byte[] content = vector.Content;
        CutterKey key = new(vector.Seed);
        Assert.All(CutterPaths.Supported, path => Assert.Equal(vector.Lengths, Cuts.Of(new Cutter(key, vector.Average, path), content)));
    }

    [Fact]
    public void Every_seed_of_the_vectors_derives_the_key_beside_it()
    {
        string[] lines = File.ReadAllLines(VectorFolder.PathOf("keys.txt"));
        Assert.NotEmpty(lines);
        Assert.All(lines, line =>
        {
            string[] words = line.Split(' ');
            CutterKey key = new(Convert.FromHexString(words[0]));
            Assert.Equal(words[1], key.Sum.Multiplier.ToString(CultureInfo.InvariantCulture));
            Assert.Equal(words[2], key.Sum.Addend.ToString(CultureInfo.InvariantCulture));
            Assert.Equal(words[3], Convert.ToHexStringLower(key.Identity));
        });
    }
}
