using Backshift.Posix;
using Backshift.Repository.Savesets;
using Xunit;

namespace Backshift.Tools.Report.Tests;

public sealed class GrowthBarsTests
{
    private const long Day = 86400;

    // 2026-01-30.
    private const long Start = 1_769_731_200;

    [Fact]
    public void Without_savesets_there_are_no_bars() => Assert.Empty(GrowthBars.Of([], At(Start)));

    [Fact]
    public void Few_weeks_are_shown_by_day_without_a_gap() => Assert.Equal(
        ["2026-01-30 7", "2026-01-31 0", "2026-02-01 5"], Bars(Start + (9 * Day), (Start, 3), (Start + 5, 4), (Start + (2 * Day), 5)));

    [Fact]
    public void Many_weeks_are_shown_by_month() => Assert.Equal(
        ["2026-01 3", "2026-02 0", "2026-03 0", "2026-04 5"], Bars(Start + (99 * Day), (Start, 3), (Start + (70 * Day), 5)));

    [Fact]
    public void No_more_are_shown_than_fit_and_these_are_the_latest()
    {
        string[] bars = Bars(Start, (0, 1), (Start, 2));
        Assert.Equal(62, bars.Length);
        Assert.Equal(("2020-12 0", "2026-01 2"), (bars[0], bars[^1]));
    }

    [Fact]
    public void What_comes_from_the_future_is_left_out_unless_everything_does()
    {
        Assert.Equal(["2026-01-30 3"], Bars(Start, (Start, 3), (Start + (9999 * Day), 5)));
        Assert.Equal(["2026-01-30 3"], Bars(0, (Start, 3)));
    }

    private static UnixTime At(long seconds) => new(seconds, 0);

    private static string[] Bars(long now, params (long Started, long Added)[] savesets) => [.. GrowthBars.Of(
        [.. savesets.Select(static one => new Saveset { Host = "h", Started = At(one.Started), Added = one.Added })], At(now))
        .Select(static bar => $"{bar.Label} {bar.Bytes}")];
}
