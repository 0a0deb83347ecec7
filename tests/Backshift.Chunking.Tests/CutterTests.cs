using System.Globalization;

namespace Backshift.Chunking.Tests;

[Trait("Length", "long")]
public sealed class CutterTests
{
    private const int LongestInput = 3 << 20;

    private static readonly string[] Shapes =
    [
        "random {0}", "byte 00", "byte {1:x2}", "period 7 {0}", "period 32 {0}", "period 61 {0}", "period 64 {0}", "period 509 {0}", "text {0}",
    ];

    /// <summary>Shapes of content, each with seeds of its own; the seed decides length, average and key.</summary>
    public static TheoryData<string, ulong> Contents()
    {
        TheoryData<string, ulong> contents = [];
        foreach (string shape in Shapes)
        {
            for (ulong seed = 1; seed <= 25; seed++)
            {
                contents.Add(shape, seed);
            }
        }

        return contents;
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public void Every_path_cuts_as_the_definition_does(string shape, ulong seed)
    {
        SplitMix64 random = new(seed);
        byte[] content = MakeContent(shape, random);
        byte[] keySeed = random.Bytes(CutterKey.SeedLength);
        int average = (8 << 10) << random.Below(4);
        List<int> expected = new ReferenceCutter(keySeed, average).Cut(content);
        Assert.All(CutterPaths.Supported, path => Assert.Equal(expected, Cuts.Of(new Cutter(new CutterKey(keySeed), average, path), content)));
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public void Chunks_cover_the_file_and_keep_to_the_bounds(string shape, ulong seed)
    {
        SplitMix64 random = new(seed);
        byte[] content = MakeContent(shape, random);
        Cutter cutter = new(new CutterKey(random.Bytes(CutterKey.SeedLength)), CutterSizes.SmallestAverage << random.Below(9));
        List<int> lengths = Cuts.Of(cutter, content);
        Assert.Equal(content.Length, lengths.Sum());
        Assert.All(lengths, length => Assert.InRange(length, 1, cutter.Sizes.Maximum));
        Assert.All(lengths.SkipLast(1), length => Assert.InRange(length, cutter.Sizes.Minimum, cutter.Sizes.Maximum));
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public void A_file_that_arrives_in_pieces_is_cut_as_a_whole_one_is(string shape, ulong seed)
    {
        SplitMix64 random = new(seed);
        byte[] content = MakeContent(shape, random);
        Cutter cutter = new(new CutterKey(random.Bytes(CutterKey.SeedLength)), (8 << 10) << random.Below(4));
        List<int> expected = Cuts.Of(cutter, content);
        int largest = 1 << (6 + random.Below(12));
        Assert.Equal(expected, Cuts.OfPieces(cutter, content, () => 1 + random.Below(largest), remember: true));
        Assert.Equal(expected, Cuts.OfPieces(cutter, content, () => 1 + random.Below(64 << 10), remember: false));
    }

    [Fact]
    public void A_file_that_arrives_byte_by_byte_is_cut_as_a_whole_one_is()
    {
        byte[] content = new SplitMix64(77).Bytes(100_000);
        Cutter cutter = new(new CutterKey(CutterKey.PublicSeed), CutterSizes.SmallestAverage);
        Assert.Equal(Cuts.Of(cutter, content), Cuts.OfPieces(cutter, content, () => 1, remember: true));
    }

    /// <summary>The rolling sum cannot tell such windows apart, and what is remembered of one must not be taken for the next.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Candidates_that_end_alike_are_judged_each_by_its_own_window(ulong seed)
    {
        SplitMix64 random = new(seed);
        ReferenceCutter reference = new(CutterKey.PublicSeed, 16 << 10);
        byte[] ending = random.Bytes(32);
        while (!reference.IsCandidate(ending, 31))
        {
            ending = random.Bytes(32);
        }

        byte[] content = [.. Enumerable.Range(0, 20_000).SelectMany(_ => (byte[])[.. random.Bytes(32), .. ending])];
        List<int> expected = reference.Cut(content);
        Assert.All(CutterPaths.Supported, path => Assert.Equal(expected, Cuts.Of(new Cutter(new CutterKey(CutterKey.PublicSeed), 16 << 10, path), content)));
    }

    [Theory]
    [InlineData(4 << 10)]
    [InlineData(16 << 10)]
    [InlineData(64 << 10)]
    public void The_mean_length_on_random_data_is_the_average(int average)
    {
        byte[] content = new SplitMix64(4711).Bytes(96 << 20);
        List<int> lengths = Cuts.Of(new Cutter(new CutterKey(CutterKey.PublicSeed), average), content);
        Assert.InRange(lengths.Average(), average * 0.97, average * 1.03);
    }

    [Fact]
    public void Cuts_fall_in_step_again_after_an_insertion()
    {
        byte[] before = new SplitMix64(5).Bytes(2 << 20);
        byte[] after = [.. before.AsSpan(0, 500_000), .. "inserted"u8, .. before.AsSpan(500_000)];
        Cutter cutter = new(new CutterKey(CutterKey.PublicSeed), 16 << 10);
        HashSet<int> ends = FromTheEnd(Cuts.Of(cutter, before));
        int changed = FromTheEnd(Cuts.Of(cutter, after)).Count(end => !ends.Contains(end) && end < before.Length - 500_000);
        Assert.InRange(changed, 0, 8);
    }

    [Fact]
    public void Another_key_cuts_elsewhere()
    {
        byte[] content = new SplitMix64(6).Bytes(2 << 20);
        byte[] seed = CutterKey.PublicSeed.ToArray();
        seed[15] ^= 1;
        HashSet<int> shared = FromTheEnd(Cuts.Of(new Cutter(new CutterKey(CutterKey.PublicSeed), 16 << 10), content));
        shared.IntersectWith(FromTheEnd(Cuts.Of(new Cutter(new CutterKey(seed), 16 << 10), content)));
        Assert.InRange(shared.Count, 1, 20);
    }

    [Fact]
    public void Nothing_at_the_end_of_a_file_is_no_chunk() =>
        Assert.Equal(0, new Cutter(new CutterKey(CutterKey.PublicSeed), 16 << 10).NextCut([], endOfFile: true));

    [Fact]
    public void More_scanned_bytes_than_there_are_bytes_are_refused()
    {
        Cutter cutter = new(new CutterKey(CutterKey.PublicSeed), 16 << 10);
        int scanned = 11;
        Assert.Throws<ArgumentOutOfRangeException>(() => cutter.NextCut(new byte[10], false, ref scanned));
    }

    [Fact]
    public void A_path_that_the_processor_lacks_is_refused() =>
        Assert.All(
            Enum.GetValues<CutterPath>().Append((CutterPath)99).Where(path => !Cutter.IsSupported(path)),
            path => Assert.Throws<PlatformNotSupportedException>(() => new Cutter(new CutterKey(CutterKey.PublicSeed), 16 << 10, path)));

    private static byte[] MakeContent(string shape, SplitMix64 random)
    {
        // Half of the files are short, where the bounds are; the other half takes any length.
        int length = random.Below(random.Below(2) == 0 ? 200_000 : LongestInput + 1);
        string line = string.Format(CultureInfo.InvariantCulture, shape, random.Next(), random.Below(256));
        return Input.Make(string.Create(CultureInfo.InvariantCulture, $"{line} {length}"));
    }

    private static HashSet<int> FromTheEnd(List<int> lengths)
    {
        HashSet<int> ends = [];
        int left = lengths.Sum();
        foreach (int length in lengths)
        {
            left -= length;
            ends.Add(left);
        }

        return ends;
    }
}
