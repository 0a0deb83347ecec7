using Xunit;

namespace Backshift.Posix.Tests;

public sealed class UnixTimeTests
{
    [Theory]
    [InlineData(0, 0u, "1970-01-01T00:00:00Z")]
    [InlineData(-2208988800, 5u, "1900-01-01T00:00:00Z")]
    [InlineData(7258118400, 999999999u, "2200-01-01T00:00:00Z")]
    [InlineData(-62135596801, 0u, "@-62135596801")]
    [InlineData(long.MaxValue, 0u, "@9223372036854775807")]
    public void Every_time_can_be_shown(long seconds, uint nanoseconds, string text) => Assert.Equal(text, new UnixTime(seconds, nanoseconds).ToString());

    [Fact]
    public void Nanoseconds_count_forward_before_1970_too()
    {
        UnixTime time = UnixTime.From(DateTimeOffset.UnixEpoch.AddTicks(-1));
        Assert.Equal(new UnixTime(-1, 999_999_900), time);
        Assert.Equal("1969-12-31T23:59:59.999999900Z", time.ToStringWithNanoseconds());
    }

    [Fact]
    public void Times_are_ordered_by_seconds_and_then_nanoseconds() =>
        Assert.True(new UnixTime(-1, 999_999_999).CompareTo(new UnixTime(0, 0)) < 0 && new UnixTime(5, 1).CompareTo(new UnixTime(5, 2)) < 0);
}
