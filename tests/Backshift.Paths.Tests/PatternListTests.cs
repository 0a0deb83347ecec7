using System.Text;
using Backshift.Paths.Patterns;

namespace Backshift.Paths.Tests;

public sealed class PatternListTests
{
    [Fact]
    public void The_first_pattern_that_matches_decides()
    {
        PatternList patterns = new();
        patterns.Add("keep.o"u8, exclude: false);
        patterns.Add("*.o"u8, exclude: true);
        patterns.Add("*"u8, exclude: false);
        Assert.False(patterns.Excludes("a/keep.o"u8, false));
        Assert.True(patterns.Excludes("a/other.o"u8, false));
        Assert.False(patterns.Excludes("a/x"u8, false));
    }

    [Fact]
    public void Without_a_match_nothing_is_left_out() => Assert.False(new PatternList().Excludes("x"u8, false));

    [Theory]
    [InlineData("# comment\n\n*.o\n", "x.o", true)]
    [InlineData("!x.o\n*.o", "x.o", false)]
    [InlineData("\\#x", "#x", true)]
    [InlineData("\\!x\r\n", "!x", true)]
    [InlineData(" x", " x", true)]
    public void A_file_has_a_pattern_a_line(string lines, string path, bool excluded)
    {
        PatternList patterns = new();
        patterns.AddLines(Encoding.UTF8.GetBytes(lines));
        Assert.Equal(excluded, patterns.Excludes(Encoding.UTF8.GetBytes(path), false));
    }
}
