namespace Backshift.Chunking.Tests;

public sealed class CandidateScanTests
{
    public static TheoryData<CutterPath> Paths() => [.. CutterPaths.Supported.Where(path => path != CutterPath.Auto)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_path_finds_the_candidates_of_the_definition_and_no_others(CutterPath path)
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            SplitMix64 random = new(seed);
            byte[] keySeed = random.Bytes(CutterKey.SeedLength);
            ReferenceCutter reference = new(keySeed, CutterSizes.SmallestAverage);
            byte[] data = random.Bytes(4096);
            int first = RollingSum.History + random.Below(1000);
            ulong[] words = new ulong[1 + random.Below(20)];
            CandidateScan.Find(path, new CutterKey(keySeed).Sum, data, first, words);
            for (int i = 0; i < 64 * words.Length; i++)
            {
                bool found = (words[i / 64] >> (i % 64) & 1) != 0;
                Assert.True(found == reference.IsCandidate(data, first + i), $"seed {seed}, position {first + i}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_path_reads_nothing_outside_the_bytes_it_was_given(CutterPath path)
    {
        using GuardedBytes guarded = new(pages: 1);
        RollingSum sum = new CutterKey(CutterKey.PublicSeed).Sum;
        ulong[] words = new ulong[16];
        for (int count = 1; count <= words.Length; count++)
        {
            int positions = CandidateScan.WordBits * count;
            CandidateScan.Find(path, sum, guarded.Bytes, RollingSum.History, words.AsSpan(0, count));
            CandidateScan.Find(path, sum, guarded.Bytes, guarded.Length - positions, words.AsSpan(0, count));
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_scan_that_would_leave_the_data_is_refused(CutterPath path)
    {
        RollingSum sum = new CutterKey(CutterKey.PublicSeed).Sum;
        byte[] data = new byte[4096];
        Assert.Throws<ArgumentOutOfRangeException>(() => CandidateScan.Find(path, sum, data, RollingSum.History - 1, new ulong[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => CandidateScan.Find(path, sum, data, data.Length - 63, new ulong[1]));
    }
}
