namespace Backshift.Chunking.Tests;

public sealed class CutterKeyTests
{
    [Fact]
    public void The_public_seed_is_as_long_as_a_seed() => Assert.Equal(CutterKey.SeedLength, CutterKey.PublicSeed.Length);

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_seed_of_another_length_is_refused(int length) => Assert.Throws<ArgumentException>(() => new CutterKey(new byte[length]));

    [Fact]
    public void Equal_seeds_have_equal_identities_and_other_seeds_have_others()
    {
        byte[] seed = new SplitMix64(1).Bytes(CutterKey.SeedLength);
        byte[] identity = new CutterKey(seed).Identity.ToArray();
        Assert.Equal(identity, new CutterKey(seed).Identity.ToArray());
        seed[0] ^= 1;
        Assert.NotEqual(identity, new CutterKey(seed).Identity.ToArray());
    }

    [Fact]
    public void A_key_does_not_change_with_the_buffer_that_held_its_seed()
    {
        byte[] seed = new SplitMix64(2).Bytes(CutterKey.SeedLength);
        byte[] content = new SplitMix64(3).Bytes(400_000);
        CutterKey key = new(seed);
        List<int> before = Cuts.Of(new Cutter(key, 8 << 10), content);
        seed.AsSpan().Clear();
        Assert.Equal(before, Cuts.Of(new Cutter(key, 8 << 10), content));
    }

    [Fact]
    public void No_run_of_one_byte_holds_a_candidate_under_any_of_300_keys()
    {
        byte[] run = new byte[RollingSum.History + CandidateScan.WordBits];
        for (ulong seed = 0; seed < 300; seed++)
        {
            CutterKey key = new(new SplitMix64(seed).Bytes(CutterKey.SeedLength));
            for (int value = 0; value <= byte.MaxValue; value++)
            {
                run.AsSpan().Fill((byte)value);
                ulong[] word = [ulong.MaxValue];
                CandidateScan.Find(CutterPath.Scalar, key.Sum, run, RollingSum.History, word);
                Assert.Equal(0UL, word[0]);
            }
        }
    }
}
