using Xunit;

namespace Backshift.Posix.Tests;

public sealed class UnixTimeParseTests
{
    [Theory]
    [InlineData("2026-11-23T09:04:05Z", 1795424645, 0)]
    [InlineData("20261123T090405Z", 1795424645, 0)]
    [InlineData("2026-11-23T09:04:05.1Z", 1795424645, 100_000_000)]
    [InlineData("20261123T090405.000000001Z", 1795424645, 1)]
    [InlineData("1969-12-31T23:59:59.5Z", -1, 500_000_000)]
    [InlineData("0001-01-01T00:00:00Z", -62135596800, 0)]
    [InlineData("@0", 0, 0)]
    [InlineData("@-1.5", -1, 500_000_000)]
    [InlineData("@9223372036854775807.999999999", long.MaxValue, 999_999_999)]
    public void A_time_is_read(string text, long seconds, int nanoseconds)
    {
        Assert.True(UnixTime.TryParse(text, out UnixTime time));
        Assert.Equal(new UnixTime(seconds, (uint)nanoseconds), time);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Z")]
    [InlineData("@")]
    [InlineData("@1.")]
    [InlineData("@1.-5")]
    [InlineData("@1.1234567890")]
    [InlineData("@9223372036854775808")]
    [InlineData("1795424645")]
    [InlineData("2026-11-23T09:04:05")]
    [InlineData("2026-11-23 09:04:05Z")]
    [InlineData("2026-02-30T09:04:05Z")]
    [InlineData(" 2026-11-23T09:04:05Z")]
    public void What_is_no_time_is_refused(string text) => Assert.False(UnixTime.TryParse(text, out _));

    [Theory]
    [InlineData(long.MinValue, 1)]
    [InlineData(-62135596801, 999_999_999)]
    [InlineData(-62135596800, 0)]
    [InlineData(-1, 1)]
    [InlineData(253402300799, 999_999_999)]
    [InlineData(253402300800, 0)]
    public void What_is_written_is_read(long seconds, int nanoseconds)
    {
        UnixTime time = new(seconds, (uint)nanoseconds);
        Assert.True(UnixTime.TryParse(time.ToStringWithNanoseconds(), out UnixTime again));
        Assert.Equal(time, again);
    }
}
