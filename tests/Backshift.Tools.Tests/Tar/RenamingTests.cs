using Backshift.Paths;
using Backshift.Paths.Patterns;
using Backshift.Posix;
using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Tar.Tests;

public sealed class RenamingTests
{
    private static string? Rename(string path, string? expression = null, int strip = 0, string prefix = "")
    {
        Renaming renaming = new(expression is null ? [] : TransformationText.Parse([BytePath.Of(expression)]), strip, BytePath.Of(prefix));
        return renaming.TryRename(BytePath.Of(path), NameScope.Entries, out BytePath renamed, out string? refusal) ? renamed.ToString() : refusal;
    }

    [Theory]
    [InlineData("a/b/c", 1, "", "b/c")]
    [InlineData("a/b/c", 2, "", "c")]
    [InlineData("a/b/c", 3, "", null)]
    [InlineData("a", 0, "p", "p/a")]
    [InlineData("a", 0, "/p//q/", "p/q/a")]
    [InlineData(".", 0, "p", "p")]
    [InlineData(".", 1, "p", null)]
    [InlineData("a/b", 1, "p", "p/b")]
    public void Components_go_and_a_directory_comes_in_front(string path, int strip, string prefix, string? renamed) =>
        Assert.Equal(renamed, Rename(path, null, strip, prefix));

    [Theory]
    [InlineData("a/b", "s,a,//x//./y,", "x/y/b")]
    [InlineData("a/b", "s,a,,", "b")]
    [InlineData("a", "s,a,,", null)]
    [InlineData("a", "s,a,/,", null)]
    [InlineData("a", "s,a,.,", ".")]
    [InlineData("a/b", "s,a,..,", "would become ../b, which contains the component ..; left out")]
    public void A_new_name_gets_the_form_that_names_have(string path, string expression, string? renamed) => Assert.Equal(renamed, Rename(path, expression));

    [Fact]
    public void A_name_that_becomes_too_long_is_refused() => Assert.Equal("its new name is too long; left out", Rename(new string('a', 40_000), "s,.*,&&,"));

    [Fact]
    public void A_prefix_that_leads_upwards_is_a_mistake() => Assert.Throws<BackshiftException>(() => Rename("a", prefix: "x/../y"));

    [Fact]
    public void What_lies_in_an_excluded_directory_is_excluded_too()
    {
        PatternList excluded = new();
        excluded.Add("cache/"u8, exclude: true);
        excluded.Add("*.o"u8, exclude: true);
        MemberChoice choice = new(new PathSelection([]), excluded);
        string[] kept = [.. ((string[])["a", "a/cache", "a/cache/x", "a/cache/y/z", "a/cached", "b/x.o", "b/cache/x", "cache", "."]).Where(path =>
            choice.Keeps(BytePath.Of(path), path.EndsWith("cache", StringComparison.Ordinal), out _))];
        Assert.Equal(["a", "a/cached", "."], kept);
    }
}
