using System.Text;
using Backshift.Records;
using CsCheck;

namespace Backshift.Paths.Tests;

public sealed class KeptPathTests
{
    [Theory]
    [InlineData("a", "a", "a")]
    [InlineData("a/b", "a/b", "a/b")]
    [InlineData("./a", "a", "a")]
    [InlineData("././/a", "a", "a")]
    [InlineData("/a", "a", "/a")]
    [InlineData("//a//b/", "a/b", "/a/b")]
    [InlineData("a/./b/.", "a/b", "a/b")]
    [InlineData("/", ".", "/")]
    [InlineData("/.", ".", "/")]
    [InlineData("//", ".", "/")]
    [InlineData(".", ".", ".")]
    [InlineData("./", ".", ".")]
    [InlineData(".a", ".a", ".a")]
    [InlineData("...", "...", "...")]
    [InlineData("a/.b", "a/.b", "a/.b")]
    [InlineData("a/..b", "a/..b", "a/..b")]
    [InlineData(" ", " ", " ")]
    [InlineData("-x", "-x", "-x")]
    public void Names_lose_what_does_not_name_anything(string given, string kept, string source)
    {
        Assert.True(KeptPath.TryMake(Encoding.UTF8.GetBytes(given), out KeptPath path));
        Assert.Equal(kept, path.Path.ToString());
        Assert.Equal(source, path.Source.ToString());
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../a")]
    [InlineData("a/..")]
    [InlineData("/a/../b")]
    [InlineData("/..")]
    public void Two_dots_are_refused(string given) => Assert.False(KeptPath.TryMake(Encoding.UTF8.GetBytes(given), out _));

    [Fact]
    public void Whatever_is_given_becomes_a_path_that_a_stream_may_have() =>
        Gen.Char["./ab"].Array[1, 12].Sample(
            static given => !KeptPath.TryMake(Encoding.ASCII.GetBytes(given), out KeptPath path) || EntryRecord.IsKeptPath(path.Path.Span),
            iter: 50_000,
            seed: "0N0XIzNsQ0O2");
}
