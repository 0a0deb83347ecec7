using Backshift.Records;
using CliWrap;
using CliWrap.Buffered;

namespace Backshift.Conventions.Tests;

public sealed class ManualPageTests
{
    public static TheoryData<string> Pages => [.. SourceTree.Files("man")];

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Pages))]
    public void A_page_is_named_for_a_section(string page) => Assert.Matches(@"^man/(bs-[a-z0-9]+\.1|backshift-[a-z]+\.5|backshift(-[a-z]+)?\.7)$", page);

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Pages))]
    public void A_page_of_a_program_is_the_page_of_a_program_that_exists(string page)
    {
        if (page.EndsWith(".1", StringComparison.Ordinal))
        {
            Assert.Contains(Path.GetFileNameWithoutExtension(page), ProgramNames.InFolders);
        }
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Pages))]
    public void A_reference_to_one_of_our_pages_leads_to_it(string page)
    {
        foreach (string reference in ManualPage.Open(page).References()
            .Where(name => name.StartsWith("bs-", StringComparison.Ordinal) || name.StartsWith("backshift", StringComparison.Ordinal)))
        {
            Assert.True(File.Exists(SourceTree.At("man/" + reference)), $"{page} refers to {reference}, which does not exist");
        }
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(ProgramNames.All), MemberType = typeof(ProgramNames))]
    public void A_page_of_a_program_tells_statuses_and_gives_examples(string program)
    {
        ManualPage page = ManualPage.Open(ProgramNames.PageOf(program));
        foreach (string section in (string[])["NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS", "EXAMPLES", "SEE ALSO"])
        {
            Assert.True(page.Has(section), $"{ProgramNames.PageOf(program)} has no section {section}");
        }
    }

    [Fact]
    public void The_overview_lists_the_exit_statuses_that_there_are() =>
        Assert.Equal(Enum.GetValues<ExitCode>().Select(code => (int)code).Order(), ManualPage.Open("man/backshift.7").NumbersIn("EXIT STATUS"));

    [Fact]
    public async Task The_pages_are_free_of_mistakes()
    {
        string[] pages = [.. SourceTree.Files("man").Select(SourceTree.At)];
        Assert.NotEmpty(pages);
        string[] searched = Environment.GetEnvironmentVariable("PATH")?.Split(':') ?? [];
        Assert.SkipUnless(searched.Any(folder => File.Exists(Path.Combine(folder, "mandoc"))), "no mandoc");
        BufferedCommandResult lint = await Cli.Wrap(SourceTree.At("build/lint-documents")).WithArguments(pages)
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        Assert.True(lint.ExitCode == 0, lint.StandardOutput + lint.StandardError);
    }
}
