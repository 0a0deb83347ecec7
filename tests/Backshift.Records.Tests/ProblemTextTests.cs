using Backshift.Posix;

namespace Backshift.Records.Tests;

public sealed class ProblemTextTests
{
    [Fact]
    public void A_name_in_the_text_of_a_problem_is_escaped_once()
    {
        BytePath path = new("a\\b"u8), target = new("c\nd\\e"u8);
        ProblemRecord problem = new(path, "bs-x", 0, $"is a link to {target}, which is not there");
        Assert.Equal(@"a\\b: is a link to c\nd\\e, which is not there", problem.ToString());
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData(@"\", @"\")]
    [InlineData(@"\\x\", @"\\x\")]
    [InlineData("a\u001b[2Jb\n", @"a\x1b[2Jb\n")]
    [InlineData("\\\u202e", @"\\xe2\x80\xae")]
    [InlineData("", "")]
    public void No_control_character_of_a_text_reaches_the_terminal_and_a_backslash_stays_one(string text, string shown) =>
        Assert.Equal(shown, new ProblemRecord(default, "bs-x", 0, text).ToString());
}
