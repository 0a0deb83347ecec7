namespace Backshift.Conventions.Tests;

public sealed class ProgramTests
{
    [Fact]
    public async Task The_image_has_the_program_of_every_folder_and_no_other()
    {
        var help = await ProgramOutput.RunAsync("backshift", "--help");
        Assert.Equal(ProgramNames.InImage,
            help.StandardOutput.Split('\n').Where(static line => line.StartsWith("  ", StringComparison.Ordinal)).Select(static line => line.Trim()));
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(ProgramNames.All), MemberType = typeof(ProgramNames))]
    public void A_program_has_a_page(string program)
    {
        Assert.True(File.Exists(SourceTree.At(ProgramNames.PageOf(program))), $"{ProgramNames.PageOf(program)} is missing");
        Assert.Equal(program, ManualPage.Open(ProgramNames.PageOf(program)).Name());
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(ProgramNames.All), MemberType = typeof(ProgramNames))]
    public void The_readme_mentions_a_program(string program) => Assert.Contains(program, SourceTree.Read("README.md"), StringComparison.Ordinal);

    [Theory(SkipTestWithoutData = true), MemberData(nameof(ProgramNames.All), MemberType = typeof(ProgramNames))]
    public void The_overview_mentions_a_program(string program) => Assert.Contains($"{program}.1", ManualPage.Open("man/backshift.7").References());

    [Theory(SkipTestWithoutData = true), MemberData(nameof(ProgramNames.All), MemberType = typeof(ProgramNames))]
    public async Task The_options_in_help_and_in_the_page_are_the_same(string program)
    {
        var help = await ProgramOutput.RunAsync(program, "--help");
        Assert.Equal(0, help.ExitCode);
        SortedSet<string> said = HelpText.OptionsIn(help.StandardOutput);
        SortedSet<string> written = ManualPage.Open(ProgramNames.PageOf(program)).Options();
        Assert.True(said.SetEquals(written),
            $"only in --help: {string.Join(' ', said.Except(written))}; only in {ProgramNames.PageOf(program)}: {string.Join(' ', written.Except(said))}");
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(ProgramNames.All), MemberType = typeof(ProgramNames))]
    public async Task A_program_tells_its_version_on_one_line(string program)
    {
        var version = await ProgramOutput.RunAsync(program, "--version");
        Assert.Equal(0, version.ExitCode);
        Assert.Matches(@"^[^\n]*\d+\.\d+\.\d+[^\n]*\n$", version.StandardOutput);
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(ProgramNames.All), MemberType = typeof(ProgramNames))]
    public async Task An_unknown_option_is_called_wrongly_and_named(string program)
    {
        var result = await ProgramOutput.RunAsync(program, "--no-such-option");
        Assert.Equal(64, result.ExitCode);
        Assert.StartsWith($"{program}: ", result.StandardError, StringComparison.Ordinal);
        Assert.Contains("--no-such-option", result.StandardError, StringComparison.Ordinal);
        Assert.Empty(result.StandardOutput);
    }
}
