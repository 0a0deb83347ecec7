using Backshift.Posix;
using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Walk.Tests;

public sealed class WalkRootsTests
{
    [Theory]
    [InlineData(new[] { "b", "a" }, new[] { "a", "b" })]
    [InlineData(new[] { "a", "./a", "a/" }, new[] { "a" })]
    [InlineData(new[] { "a/b", "a", "ab" }, new[] { "a", "ab" })]
    [InlineData(new[] { "x", "." }, new[] { "." })]
    [InlineData(new[] { "-x", "a", "." }, new[] { "." })]
    [InlineData(new[] { "/etc", "src" }, new[] { "/etc", "src" })]
    [InlineData(new[] { "a.b", "a/c", "a" }, new[] { "a", "a.b" })]
    public void Each_root_comes_once_and_in_order(string[] given, string[] walked) => Assert.Equal(walked, Walked(given, keepNested: false));

    [Fact]
    public void A_root_inside_another_is_kept_where_a_walk_may_not_come_to_it() =>
        Assert.Equal(["/", "/home"], Walked(["/home", "/", "/home"], keepNested: true));

    [Fact]
    public void A_root_inside_another_that_was_reached_is_not_walked_again()
    {
        WalkRoots roots = new([BytePath.Of("/"), BytePath.Of("/home")], keepNested: true);
        Assert.True(roots.TryNext(out _));
        Assert.True(roots.IsNested("home"u8));
        roots.Reached("home"u8);
        Assert.False(roots.TryNext(out _));
    }

    [Theory]
    [InlineData("/etc", "etc")]
    [InlineData("/", "x")]
    [InlineData("/a", "a/b")]
    [InlineData(".", "/")]
    public void Two_roots_under_one_name_are_refused(string one, string other) =>
        Assert.Throws<BackshiftException>(() => new WalkRoots([BytePath.Of(one), BytePath.Of(other)], keepNested: false));

    private static List<string> Walked(string[] given, bool keepNested)
    {
        WalkRoots roots = new(Array.ConvertAll(given, BytePath.Of), keepNested);
        List<string> walked = [];
        while (roots.TryNext(out WalkRoot root))
        {
            walked.Add(root.Kept.Source.ToString());
        }

        return walked;
    }
}
