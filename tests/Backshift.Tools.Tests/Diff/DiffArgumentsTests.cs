using System.CommandLine;
using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Diff.Tests;

public sealed class DiffArgumentsTests
{
    private static DiffOptions Read(bool terminal, params string[] args)
    {
        RootCommand root = new();
        DiffArguments arguments = DiffArguments.AddTo(root);
        return arguments.Read(root.Parse(args), terminal);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false, "--summary")]
    [InlineData(false, true, "--json")]
    [InlineData(false, true, "-0")]
    [InlineData(false, true, "-q")]
    public void Totals_are_for_people_unless_asked_for(bool summary, bool terminal, params string[] args) =>
        Assert.Equal(summary, Read(terminal, args).Summary);

    [Theory, InlineData("--json"), InlineData("-0"), InlineData("-q")]
    public void Totals_do_not_go_with_lines_for_programs(string option)
    {
        BackshiftException wrong = Assert.Throws<BackshiftException>(() => Read(false, "--summary", option));
        Assert.Equal((ExitCode.Usage, "--summary cannot be combined with --json, -0 or -q"), (wrong.Code, wrong.Message));
    }

    [Fact]
    public void Totals_are_one_line() => Assert.Equal("12,345 added, 3 changed, 0 removed", new DifferenceCounts(12_345, 3, 0).ToString());
}
