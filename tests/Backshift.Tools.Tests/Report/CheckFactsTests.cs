using Backshift.Posix;
using Backshift.Repository.Checking;
using Backshift.Tools.Report;
using Xunit;

namespace Backshift.Tools.Tests.Report;

/// <summary>How much of the data was read lately, by what is recorded of checks.</summary>
public sealed class CheckFactsTests
{
    private const long Day = 86400;
    private static readonly UnixTime Now = new(1_795_424_645, 0);

    [Fact]
    public void Without_a_check_nothing_is_known() => Assert.Equal(default, CheckFacts.Of([], Now));

    [Fact]
    public void A_check_of_the_structure_reads_nothing()
    {
        CheckFacts facts = CheckFacts.Of([Check(3, 0, 0)], Now);
        Assert.Equal((0.0, null), (facts.Covered, facts.LastWhole));
        Assert.Equal(Ago(3), facts.Last!.Value.At);
    }

    [Fact]
    public void Parts_add_up_and_the_one_that_was_read_longest_ago_tells_since_when_all_was()
    {
        PastCheck[] checks = [Check(20, 1, 3), Check(9, 2, 3), Check(8, 1, 3), Check(5, 3, 3), Check(1, 0, 0)];
        Assert.Equal((1.0, Ago(9)), Told(checks));
        Assert.Equal((2 / 3.0, null), Told(checks[..3]));
    }

    [Fact]
    public void What_is_older_than_a_year_does_not_count() =>
        Assert.Equal((2 / 3.0, null), Told(Check(366, 1, 3), Check(300, 2, 3), Check(1, 3, 3)));

    [Fact]
    public void Parts_of_another_division_are_not_added() => Assert.Equal((0.2, null), Told(Check(9, 1, 3), Check(8, 2, 3), Check(7, 3, 5)));

    [Fact]
    public void A_check_of_all_data_counts_where_it_is_later()
    {
        Assert.Equal((1.0, Ago(30)), Told(Check(30, 1, 1), Check(2, 1, 3)));
        Assert.Equal((1.0, Ago(2)), Told(Check(9, 1, 2), Check(8, 2, 2), Check(2, 1, 1)));
        Assert.Equal((1.0, Ago(4)), Told(Check(9, 1, 1), Check(4, 2, 2), Check(3, 1, 2)));
    }

    private static UnixTime Ago(int days) => new(Now.Seconds - (days * Day), 0);

    private static PastCheck Check(int daysAgo, int part, int parts) => new(Ago(daysAgo), parts, part, 10, 1000, 0);

    private static (double Covered, UnixTime? LastWhole) Told(params PastCheck[] checks)
    {
        CheckFacts facts = CheckFacts.Of(checks, Now);
        return (facts.Covered, facts.LastWhole);
    }
}
