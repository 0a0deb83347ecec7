using System.Text.RegularExpressions;

namespace Backshift.Conventions.Tests;

/// <summary>The words of --help, of messages and of the man pages; CONTRIBUTING.md, "Style".</summary>
public sealed partial class WordingTests
{
    private static readonly string[] Sections = ["1", "5", "7"];

    /// <summary>Options with a value that have no default: nothing is done where they are not given.</summary>
    private static readonly string[] WithoutDefault =
        ["--exclude", "--include", "--exclude-from", "--files-from", "--transform", "--prefix", "--ignore", "--exec", "--profile", "--directory"];

    public static TheoryData<string> Pages => [.. SourceTree.Files("man").Where(page => Sections.Contains(page.Split('.')[^1]))];

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Pages))]
    public void A_page_uses_the_usual_words(string page) => Assert.Empty(ManualPage.Open(page).Sentences().SelectMany(Wording.FaultsInSentence));

    [Theory(SkipTestWithoutData = true), MemberData(nameof(ProgramNames.All), MemberType = typeof(ProgramNames))]
    public async Task Help_uses_the_usual_words(string program)
    {
        string help = (await ProgramOutput.RunAsync(program, "--help")).StandardOutput;
        Assert.Empty(help.Split('\n').SelectMany(Wording.Faults));
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(ProgramNames.All), MemberType = typeof(ProgramNames))]
    public async Task A_description_is_a_phrase_that_stands_alone(string program)
    {
        string help = (await ProgramOutput.RunAsync(program, "--help")).StandardOutput;
        Assert.NotEmpty(HelpText.Rows(help));
        Assert.Empty(HelpText.Rows(help).Where(row => !StandsAlone().IsMatch(row.Description)));
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(ProgramNames.All), MemberType = typeof(ProgramNames))]
    public async Task A_placeholder_is_in_lower_case_and_a_default_is_given_in_brackets(string program)
    {
        string help = (await ProgramOutput.RunAsync(program, "--help")).StandardOutput;
        foreach ((string name, string description) in HelpText.Rows(help))
        {
            Assert.All(Placeholder().Matches(name), match => Assert.Equal(match.Value.ToLowerInvariant(), match.Value));
            bool hasDefault = DefaultValue().IsMatch(description);
            Assert.True(hasDefault || !description.Contains("default", StringComparison.Ordinal), $"{name}: {description}");
            bool takesValue = name.StartsWith('-') && Placeholder().IsMatch(name);
            bool hasNone = WithoutDefault.Any(option => name.Contains(option, StringComparison.Ordinal));
            Assert.True(!takesValue || hasDefault || hasNone, $"{name} does not give its default");
        }
    }

    [Fact]
    public void A_message_uses_the_usual_words()
    {
        IEnumerable<string> texts = SourceTree.Files("lib", ".cs").Concat(SourceTree.Files("tools", ".cs"))
            .SelectMany(file => File.ReadLines(SourceTree.At(file)).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)))
            .SelectMany(line => Literal().Matches(line)).Select(literal => literal.Groups[1].Value).Where(text => text.Contains(' '));
        Assert.Empty(texts.SelectMany(Wording.Faults));
    }

    [Theory]
    [InlineData("Each is held against its digest.")]
    [InlineData("hold every chunk against its digest")]
    [InlineData("3 if the stream tells of problems")]
    [InlineData("It is told of every problem.")]
    [InlineData("Fractions of a second are dropped without a word.")]
    [InlineData("They are written one behind the other.")]
    [InlineData("go on behind blocks of zeros")]
    [InlineData("how many threads; else 4")]
    [InlineData("0: never, else 300")]
    [InlineData("0 for never, which is the default.")]
    [InlineData("16K if not given")]
    [InlineData("The system tells nobody else.")]
    [InlineData("It was cut otherwise than here.")]
    [InlineData("What is cut already is passed on.")]
    [InlineData("Whoever makes it also says it.")]
    [InlineData("That a chunk is there is seen in its directory.")]
    public void A_phrase_to_avoid_is_found(string sentence) => Assert.NotEmpty(Wording.FaultsInSentence(sentence));

    [Theory]
    [InlineData("What would be saved from below /home?")]
    [InlineData("What changed since then:")]
    [InlineData("That may take up to a minute.")]
    [InlineData("number of threads (default: 4)")]
    public void An_ordinary_phrase_is_left_alone(string sentence) => Assert.Empty(Wording.FaultsInSentence(sentence));

    // Completion shows a description alone, so it must not continue the one before it.
    [GeneratedRegex(@"^(?!(?:and|or|else|with|without|whether|as|also|if|when|where|what|who|which|whose|that|of|for|than|but|not|the same|likewise)\b)[a-z]")]
    private static partial Regex StandsAlone();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\(default: [^()]+\)$")]
    private static partial Regex DefaultValue();

    [GeneratedRegex("\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Literal();
}
