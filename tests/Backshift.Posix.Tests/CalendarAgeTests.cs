using Xunit;

namespace Backshift.Posix.Tests;

public sealed class CalendarAgeTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("12h", 0, 0, 12, "12h")]
    [InlineData("30d", 0, 30, 0, "30d")]
    [InlineData("2w", 0, 14, 0, "2w")]
    [InlineData("6m", 6, 0, 0, "6m")]
    [InlineData("1y6m", 18, 0, 0, "1y6m")]
    [InlineData("1y2w3d4h", 12, 17, 4, "1y17d4h")]
    [InlineData("0d", 0, 0, 0, "0h")]
    [InlineData("100000y", 1_200_000, 0, 0, "100000y")]
    public void Numbers_with_units_are_an_age(string text, int months, int days, int hours, string shown)
    {
        Assert.True(CalendarAge.TryParse(text, out CalendarAge age));
        Assert.Equal((months, days, hours), (age.Months, age.Days, age.Hours));
        Assert.Equal(shown, age.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("d")]
    [InlineData("1y6")]
    [InlineData("-1d")]
    [InlineData("1 d")]
    [InlineData("1D")]
    [InlineData("1s")]
    [InlineData("100001d")]
    [InlineData("99999999999999999999d")]
    [InlineData("1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d")]
    public void Anything_else_is_none(string text) => Assert.False(CalendarAge.TryParse(text, out _));

    [Theory]
    [InlineData("2026-03-29T12:00:00Z", "1d", "2026-03-28T13:00:00Z")] // the same time of day, 25 hours ago: summer time began in between
    [InlineData("2026-03-29T12:00:00Z", "24h", "2026-03-28T12:00:00Z")]
    [InlineData("2026-03-31T10:00:00Z", "1m", "2026-02-28T11:00:00Z")] // February has no 31st
    [InlineData("2028-02-29T11:00:00Z", "1y", "2027-02-28T11:00:00Z")]
    [InlineData("2026-03-30T00:30:00Z", "1d", "2026-03-29T01:30:00Z")] // 02:30 does not exist on that day
    [InlineData("2026-11-27T02:00:00Z", "1y6m", "2025-05-27T01:00:00Z")]
    public void An_age_is_counted_by_the_calendar_of_the_zone(string time, string text, string expected)
    {
        Assert.True(UnixTime.TryParse(time, out UnixTime from));
        Assert.True(CalendarAge.TryParse(text, out CalendarAge age));
        Assert.Equal(expected, age.Before(from, Berlin).ToString());
    }

    [Fact]
    public void Nothing_is_older_than_the_calendar()
    {
        Assert.True(CalendarAge.TryParse("3000y", out CalendarAge age));
        Assert.Equal(long.MinValue, age.Before(new UnixTime(1_795_424_645, 0), Berlin).Seconds);
    }
}
