using System.CommandLine;
using Backshift.Records;
using Xunit;

namespace Backshift.Tools.List.Tests;

public sealed class ListArgumentsTests
{
    private static ListOptions Read(bool terminal, params string[] args)
    {
        RootCommand root = new();
        root.Options.Clear();
        ListArguments arguments = ListArguments.AddTo(root);
        ParseResult options = root.Parse(args);
        Assert.Empty(options.Errors);
        return arguments.Read(options, terminal);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false, "-h")]
    [InlineData(true, false, "--human-readable")]
    [InlineData(false, true, "--exact")]
    [InlineData(false, true, "-0")]
    public void Columns_are_for_people_on_a_terminal_and_exact_elsewhere_unless_asked(bool people, bool terminal, params string[] args) =>
        Assert.Equal(people, Read(terminal, args).Zone is not null);

    [Fact]
    public void Times_are_local_or_in_UTC()
    {
        Assert.Equal(TimeZoneInfo.Local, Read(true).Zone);
        Assert.Equal(TimeZoneInfo.Utc, Read(true, "--utc").Zone);
        Assert.Equal(TimeZoneInfo.Utc, Read(false, "-h", "--utc").Zone);
        Assert.Null(Read(false, "--utc").Zone);
    }

    [Theory]
    [InlineData("-h cannot be combined with --exact or -0", "-h", "--exact")]
    [InlineData("-h cannot be combined with --exact or -0", "-h", "-0")]
    [InlineData("--host, --subset, --tag, --since, --until, --complete and --expired apply only to the list of savesets", "--complete", "h@latest")]
    [InlineData("--attributes cannot be combined with -l, --json or -0", "--attributes", "-l", "h@latest")]
    [InlineData("-l, -n, -d, --attributes, --full-time, --depth and --problems apply only to the entries of a saveset", "-l")]
    [InlineData("--problems cannot be combined with paths, -l or --attributes", "--problems", "h@latest", "etc")]
    public void Options_that_cannot_be_combined_are_refused(string message, params string[] args)
    {
        BackshiftException wrong = Assert.Throws<BackshiftException>(() => Read(false, args));
        Assert.Equal((ExitCode.Usage, message), (wrong.Code, wrong.Message));
    }
}
