using System.Globalization;
using Backshift.Posix;
using Backshift.Repository.Expiring;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Tests;

public sealed class ExpiryPlanTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    private static readonly UnixTime Now = Time("2026-11-27T12:00:00Z");

    [Fact]
    public void Of_a_year_of_daily_savesets_the_rules_keep_the_newest_of_each_period()
    {
        List<Saveset> year = [.. Enumerable.Range(0, 365).Select(static day => At(Now with { Seconds = Now.Seconds - 3600 - (day * 86400L) })).Reverse()];
        List<ExpiryDecision> decisions = Decide(year, new ExpiryRules { Last = 2, Periods = [0, 7, 4, 12, 2] });
        string[] stay = [.. Staying(decisions)];
        Assert.Equal(
            [
                "2025-12-31", "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31", "2026-08-31", "2026-09-30",
                "2026-10-31", "2026-11-08", "2026-11-15", "2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27",
            ],
            stay.Select(static name => name[..10]));
        Assert.Equal("last complete, last 1 of 2, daily 1 of 7, weekly 1 of 4, monthly 1 of 12, yearly 1 of 2", WhyOf(decisions, "2026-11-27"));
        Assert.Equal("weekly 3 of 4", WhyOf(decisions, "2026-11-15"));
        Assert.Equal("monthly 12 of 12, yearly 2 of 2", WhyOf(decisions, "2025-12-31"));
        Assert.Equal(365 - stay.Length, decisions.Count(static decision => decision is { Action: ExpiryAction.Goes, Why: "no rule keeps it" }));
    }

    [Fact]
    public void As_long_as_a_rule_has_fewer_periods_than_it_keeps_the_oldest_stays()
    {
        List<Saveset> few = [At("2026-11-25T01:00:00Z"), At("2026-11-25T03:00:00Z"), At("2026-11-26T01:00:00Z")];
        List<ExpiryDecision> decisions = Decide(few, new ExpiryRules { Periods = [0, 7, 0, 0, 0] });
        Assert.Equal(["oldest, for daily", "daily 2 of 7", "last complete, daily 1 of 7"], decisions.Select(static decision => decision.Why));
        Assert.Equal(["2026-11-25T03:00:00Z", "2026-11-26T01:00:00Z"], Staying(Decide(few, new ExpiryRules { Periods = [0, 2, 0, 0, 0] })));
    }

    [Fact]
    public void An_hour_that_comes_twice_in_autumn_is_two_and_a_day_has_the_bounds_of_the_zone()
    {
        // 02:30 in summer time, 02:30 an hour later; then 23:30 and 00:30 in Berlin, which is one day in UTC.
        List<Saveset> night = [At("2026-10-25T00:30:00Z"), At("2026-10-25T01:30:00Z"), At("2026-10-25T22:30:00Z"), At("2026-10-25T23:30:00Z")];
        Assert.Equal(4, Staying(Decide(night, new ExpiryRules { Periods = [4, 0, 0, 0, 0] })).Count());
        Assert.Equal(
            ["2026-10-25T22:30:00Z", "2026-10-25T23:30:00Z"],
            Staying(ExpiryPlan.Decide(night, new ExpiryRules { Periods = [0, 2, 0, 0, 0] }, Now, Berlin)));
        Assert.Equal(
            ["2026-10-25T00:30:00Z", "2026-10-25T23:30:00Z"],
            Staying(ExpiryPlan.Decide(night, new ExpiryRules { Periods = [0, 2, 0, 0, 0] }, Now, TimeZoneInfo.Utc)));
    }

    [Theory]
    [InlineData("2027-01-03T22:30:00Z", "2027-01-03T23:30:00Z", true)] // Sunday and Monday in Berlin, though in UTC the same week
    [InlineData("2026-12-31T12:00:00Z", "2027-01-03T12:00:00Z", false)] // one week of two years
    public void A_week_is_that_of_ISO_8601_in_the_zone(string first, string second, bool firstStays)
    {
        List<Saveset> some = [At("2026-06-01T00:00:00Z"), At(first), At(second)];
        List<ExpiryDecision> decisions = ExpiryPlan.Decide(some, new ExpiryRules { Periods = [0, 0, 2, 0, 0] }, Time("2027-01-05T00:00:00Z"), Berlin);
        Assert.Equal(firstStays, decisions[1].Action == ExpiryAction.Stays);
        Assert.Equal(!firstStays, decisions[0].Action == ExpiryAction.Stays);
    }

    [Fact]
    public void The_last_complete_one_goes_by_no_rule_however_old_it_is()
    {
        List<Saveset> old = [At("2010-01-01T00:00:00Z"), At("2010-01-02T00:00:00Z"), At("2010-01-03T00:00:00Z") with { Complete = false }];
        foreach (ExpiryRules rules in (ExpiryRules[])
            [new() { Tags = ["none"] }, new() { MetadataOlderThan = Age("1y") }, new() { DataOlderThan = Age("1d"), MetadataOlderThan = Age("1y") }])
        {
            List<ExpiryDecision> decisions = Decide(old, rules);
            Assert.Equal((ExpiryAction.Stays, "last complete"), (decisions[1].Action, decisions[1].Why));
            Assert.Equal(ExpiryAction.Goes, decisions[0].Action);
            Assert.Equal((ExpiryAction.Stays, "incomplete, and no complete one is newer"), (decisions[2].Action, decisions[2].Why));
        }
    }

    [Fact]
    public void The_last_complete_one_is_the_last_that_has_its_data()
    {
        List<Saveset> two = [At("2026-01-01T00:00:00Z"), At("2026-01-02T00:00:00Z") with { DataExpired = Now }];
        List<ExpiryDecision> decisions = Decide(two, new ExpiryRules { Last = 1 });
        Assert.Equal((ExpiryAction.Stays, "last complete, last 1 of 1"), (decisions[0].Action, decisions[0].Why));
        Assert.Equal(ExpiryAction.Goes, decisions[1].Action);
    }

    [Fact]
    public void Holds_and_tags_stay_and_so_do_those_whose_tags_cannot_be_read()
    {
        List<Saveset> some =
        [
            At("2020-01-01T00:00:00Z") with { IsHeld = true },
            At("2020-01-02T00:00:00Z") with { Tags = ["release", "x"] },
            At("2020-01-03T00:00:00Z") with { IsHeld = true, HasUnreadableTags = true },
            At("2020-01-04T00:00:00Z") with { Complete = false, IsHeld = true },
            At("2020-01-05T00:00:00Z"),
            At("2026-01-01T00:00:00Z"),
        ];
        ExpiryRules rules = new() { Last = 1, Tags = ["release"], DataOlderThan = Age("1m"), MetadataOlderThan = Age("1y") };
        Assert.Equal(
            ["hold", "tag release", "its tags cannot be read", "hold", "older than 1y", "last complete, last 1 of 1"],
            Decide(some, rules).Select(static decision => decision.Why));
    }

    [Fact]
    public void An_incomplete_one_goes_once_a_complete_one_is_received_later_and_was_not_started_earlier()
    {
        Saveset broken = At("2026-11-20T10:00:00Z") with { Complete = false };
        ExpiryRules rules = new() { Last = 9 };
        Assert.Equal(ExpiryAction.Stays, Decide([At("2026-11-19T00:00:00Z"), broken], rules)[1].Action);
        Assert.Equal(ExpiryAction.Goes, Decide([broken, At("2026-11-21T00:00:00Z")], rules)[0].Action);
        Assert.Equal(ExpiryAction.Stays, Decide([broken, At("2026-11-21T00:00:00Z")], rules with { KeepsIncomplete = true })[0].Action);

        // One that began before it and took two days has older files.
        Assert.Equal(ExpiryAction.Stays, Decide([At("2026-11-21T00:00:00Z") with { Started = Time("2026-11-19T00:00:00Z") }, broken], rules)[1].Action);
        Assert.Equal(ExpiryAction.Stays, Decide([broken, At("2026-11-21T00:00:00Z") with { DataExpired = Now }], rules)[0].Action);
    }

    [Fact]
    public void Data_and_metadata_have_ages_of_their_own()
    {
        List<Saveset> some =
        [
            At("2020-01-01T00:00:00Z"), At("2024-01-01T00:00:00Z"), At("2024-02-01T00:00:00Z") with { DataExpired = Now }, At("2026-08-01T00:00:00Z"),
            At("2026-11-01T00:00:00Z"),
        ];
        Assert.Equal(
            [ExpiryAction.Goes, ExpiryAction.DataGoes, ExpiryAction.Stays, ExpiryAction.Stays, ExpiryAction.Stays],
            Decide(some, new ExpiryRules { DataOlderThan = Age("1y"), MetadataOlderThan = Age("5y") }).Select(static decision => decision.Action));
        Assert.Equal(
            [ExpiryAction.DataGoes, ExpiryAction.DataGoes, ExpiryAction.Stays, ExpiryAction.Stays, ExpiryAction.Stays],
            Decide(some, new ExpiryRules { DataOlderThan = Age("1y") }).Select(static decision => decision.Action));

        // What no rule keeps loses its data, and its metadata at the given age.
        Assert.Equal(
            [ExpiryAction.Goes, ExpiryAction.DataGoes, ExpiryAction.Stays, ExpiryAction.DataGoes, ExpiryAction.Stays],
            Decide(some, new ExpiryRules { Last = 1, MetadataOlderThan = Age("5y") }).Select(static decision => decision.Action));
    }

    [Fact]
    public void What_is_kept_within_an_age_is_counted_from_the_newest()
    {
        List<Saveset> silent = [At("2026-01-01T00:00:00Z"), At("2026-02-20T00:00:00Z"), At("2026-03-01T00:00:00Z")];
        Assert.Equal(["2026-02-20T00:00:00Z", "2026-03-01T00:00:00Z"], Staying(Decide(silent, new ExpiryRules { Within = Age("30d") })));
    }

    [Fact]
    public void The_time_at_which_it_was_received_counts_and_not_the_one_that_a_host_claims()
    {
        List<Saveset> claimed =
        [
            At("2026-11-20T00:00:00Z") with { Started = Time("2026-11-26T00:00:00Z") },
            At("2026-11-25T00:00:00Z") with { Started = Time("2026-11-21T00:00:00Z") },
        ];
        Assert.Equal([ExpiryAction.Goes, ExpiryAction.Stays], Decide(claimed, new ExpiryRules { Last = 1 }).Select(static decision => decision.Action));
        Assert.Equal(
            [ExpiryAction.Stays, ExpiryAction.Goes],
            Decide(claimed, new ExpiryRules { Last = 1, ByStarted = true }).Select(static decision => decision.Action));
    }

    [Fact]
    public void One_from_the_future_stays_and_takes_no_place_of_another()
    {
        List<Saveset> some = [At("2026-11-25T00:00:00Z"), At("2026-11-26T00:00:00Z"), At("2099-01-01T00:00:00Z")];
        List<ExpiryDecision> decisions = Decide(some, new ExpiryRules { Last = 1 });
        Assert.Equal(["no rule keeps it", "last complete, last 1 of 1", "was received in the future: a clock is or was wrong"],
            decisions.Select(static decision => decision.Why));
    }

    [Fact]
    public void Two_savesets_that_were_received_long_after_they_were_finished_look_like_a_copy()
    {
        Saveset late = At("2026-11-25T00:00:00Z") with { Finished = Time("2026-11-23T00:00:00Z") };
        Assert.Equal(0, ExpiryPlan.CountLate([late, At("2026-11-26T00:00:00Z")]));
        Assert.Equal(2, ExpiryPlan.CountLate([late, late, At("2026-11-26T00:00:00Z")]));
    }

    private static UnixTime Time(string text) => UnixTime.TryParse(text, out UnixTime time) ? time : throw new FormatException(text);

    private static CalendarAge Age(string text) => CalendarAge.TryParse(text, out CalendarAge age) ? age : throw new FormatException(text);

    private static Saveset At(string time) => At(Time(time));

    private static Saveset At(UnixTime time) => new()
    {
        Host = "h",
        Started = time with { Seconds = time.Seconds - 600 },
        Finished = time,
        Received = time,
        Complete = true,
        Time = time.ToBasicString(),
        Place = BytePath.Of(string.Create(CultureInfo.InvariantCulture, $"savesets/h/{time.Seconds}")),
    };

    private static List<ExpiryDecision> Decide(List<Saveset> savesets, ExpiryRules rules) => ExpiryPlan.Decide(savesets, rules, Now, Berlin);

    private static IEnumerable<string> Staying(IEnumerable<ExpiryDecision> decisions) =>
        decisions.Where(static decision => decision.Action == ExpiryAction.Stays).Select(static decision => decision.Time.ToString());

    private static string WhyOf(List<ExpiryDecision> decisions, string day) =>
        decisions.Single(decision => decision.Time.ToString().StartsWith(day, StringComparison.Ordinal)).Why;
}
