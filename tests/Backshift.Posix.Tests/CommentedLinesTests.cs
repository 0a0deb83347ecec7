using System.Text;
using Xunit;

namespace Backshift.Posix.Tests;

public sealed class CommentedLinesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("\n\r\n#\n# comment", "")]
    [InlineData("a", "a")]
    [InlineData("a\n", "a")]
    [InlineData("a\nb", "a|b")]
    [InlineData("a\r\n\nb\r", "a|b")]
    [InlineData(" # no comment\nx # y\n", " # no comment|x # y")]
    public void Lines_are_those_that_say_something(string text, string lines)
    {
        List<string> found = [];
        CommentedLines each = new(Encoding.UTF8.GetBytes(text));
        while (each.TryNext(out ReadOnlySpan<byte> line))
        {
            found.Add(Encoding.UTF8.GetString(line));
        }

        Assert.Equal(lines, string.Join('|', found));
    }
}
