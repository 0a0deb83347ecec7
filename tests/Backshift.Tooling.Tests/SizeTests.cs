using Backshift.Posix;
using Xunit;

namespace Backshift.Tooling.Tests;

public sealed class SizeTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.0 kB")]
    [InlineData(1049, "1.0 kB")]
    [InlineData(1050, "1.1 kB")]
    [InlineData(99_949, "99.9 kB")]
    [InlineData(99_950, "100 kB")]
    [InlineData(999_499, "999 kB")]
    [InlineData(999_500, "1.0 MB")]
    [InlineData(1_300_000_000, "1.3 GB")]
    [InlineData(long.MaxValue, "9.2 EB")]
    public void A_size_has_at_most_three_digits_before_its_unit(long size, string text) => Assert.Equal(text, SizeText.Bytes(size));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999")]
    [InlineData(1000, "1.0K")]
    [InlineData(10_188, "9.9K")]
    [InlineData(10_240, "10K")]
    [InlineData(1_022_900, "999K")]
    [InlineData(1_023_500, "1.0M")]
    [InlineData(1_700_000_000, "1.6G")]
    [InlineData(long.MaxValue, "8.0E")]
    public void A_short_size_has_at_most_four_characters(long size, string text) => Assert.Equal(text, SizeText.Short(size));

    [Theory]
    [InlineData(0.04, "0.0 s")]
    [InlineData(1.25, "1.3 s")]
    [InlineData(9.96, "10 s")]
    [InlineData(14.4, "14 s")]
    [InlineData(125, "2 min 5 s")]
    [InlineData(3725, "1 h 2 min")]
    public void A_duration_in_words_names_its_units(double seconds, string text) => Assert.Equal(text, SizeText.Took(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("65536", 65536)]
    [InlineData("12B", 12)]
    [InlineData("64K", 65536)]
    [InlineData("64k", 65536)]
    [InlineData("16KiB", 16384)]
    [InlineData("16kB", 16000)]
    [InlineData("1M", 1 << 20)]
    [InlineData("2MB", 2_000_000)]
    [InlineData("3G", 3L << 30)]
    [InlineData("1T", 1L << 40)]
    [InlineData("8191P", 8191L << 50)]
    public void A_size_may_have_a_unit(string text, long size)
    {
        Assert.True(SizeWord.TryParse(text, out long read));
        Assert.Equal(size, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("K")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1 K")]
    [InlineData("1.5G")]
    [InlineData("1KK")]
    [InlineData("1iB")]
    [InlineData("1X")]
    [InlineData("8192P")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999")]
    public void What_is_no_size_is_refused(string text) => Assert.False(SizeWord.TryParse(text, out _));

    [Fact]
    public void Durations_are_short()
    {
        Assert.Equal("0:07", SizeText.Duration(TimeSpan.FromSeconds(7.9)));
        Assert.Equal("26:03:04", SizeText.Duration(new TimeSpan(1, 2, 3, 4)));
        Assert.Equal("83,731", SizeText.Count(83731));
    }
}
