using Backshift.Objects;
using Backshift.Repository.Checking;

namespace Backshift.Repository.Tests;

/// <summary>A check that reads a part of the data each day comes to all of it.</summary>
public sealed class DataScopeTests
{
    private static readonly DateTimeOffset First = new(2026, 11, 26, 3, 0, 0, TimeSpan.Zero);
    private static readonly ObjectName[] Packs = [.. Enumerable.Range(0, 3000).Select(static _ => ObjectName.Random())];

    [Fact]
    public void A_year_of_nights_with_one_percent_reads_every_pack_three_times_or_four()
    {
        int[] times = Times(0.01, Enumerable.Range(0, 365).Select(static night => First.AddDays(night)));
        Assert.All(times, static count => Assert.InRange(count, 3, 4));
    }

    [Theory]
    [InlineData(0.01, 101, 1)]
    [InlineData(0.01, 101, 7)]
    [InlineData(0.1, 11, 2)]
    [InlineData(0.003, 337, 3)]
    [InlineData(0.5, 2, 1)]
    public void As_many_runs_as_there_are_parts_read_each_pack_once_on_whatever_days_of_the_week(double share, int parts, int days)
    {
        Assert.Equal(parts, DataScope.SampleOf(share, First).Parts);
        int[] times = Times(share, Enumerable.Range(0, parts).Select(run => First.AddDays(run * days)));
        Assert.All(times, static count => Assert.Equal(1, count));
    }

    [Fact]
    public void A_part_is_about_the_share_that_was_asked_for() =>
        Assert.InRange(Packs.Count(DataScope.SampleOf(0.1, First).Includes), 3000 / 11 / 2, 3000 / 11 * 2);

    [Fact]
    public void A_whole_share_is_everything_and_no_sample_is_nothing()
    {
        Assert.All(Packs, static pack => Assert.True(DataScope.SampleOf(1, First).Includes(pack) && DataScope.All.Includes(pack)));
        Assert.All(Packs, static pack => Assert.False(DataScope.None.Includes(pack)));
    }

    [Fact]
    public void Every_pack_is_in_a_part_also_those_at_the_ends_of_the_range()
    {
        ObjectName[] ends = [new(0, 0), new(ulong.MaxValue, ulong.MaxValue)];
        Assert.All(Times(0.01, Enumerable.Range(0, 101).Select(static day => First.AddDays(day)), ends), static count => Assert.Equal(1, count));
    }

    private static int[] Times(double share, IEnumerable<DateTimeOffset> runs, ObjectName[]? packs = null)
    {
        packs ??= Packs;
        int[] times = new int[packs.Length];
        foreach (DateTimeOffset run in runs)
        {
            DataScope scope = DataScope.SampleOf(share, run);
            for (int i = 0; i < packs.Length; i++)
            {
                times[i] += scope.Includes(packs[i]) ? 1 : 0;
            }
        }

        return times;
    }
}
