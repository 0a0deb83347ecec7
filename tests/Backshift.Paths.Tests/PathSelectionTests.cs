using Backshift.Posix;

namespace Backshift.Paths.Tests;

public sealed class PathSelectionTests
{
    private static PathSelection Select(int depth, params string[] paths) => new([.. paths.Select(BytePath.Of)], depth);

    private static bool Takes(PathSelection selection, string path) => selection.Takes(BytePath.Of(path).Span);

    [Theory]
    [InlineData("/a//b/", "a/b")]
    [InlineData("./a/./b", "a/b")]
    [InlineData(".", "")]
    [InlineData("/", "")]
    [InlineData("a/../b", "a/../b")]
    [InlineData(".a", ".a")]
    public void A_path_is_brought_into_the_form_that_entries_have(string given, string expected) =>
        Assert.Equal(expected, PathSelection.Keep(BytePath.Of(given).Span).ToString());

    [Fact]
    public void A_directory_stands_for_what_lies_below_it_and_not_for_what_begins_alike()
    {
        PathSelection selection = Select(int.MaxValue, "d/");
        Assert.True(Takes(selection, "d"));
        Assert.True(Takes(selection, "d/x/y"));
        Assert.False(Takes(selection, "dd"));
        Assert.False(Takes(selection, "."));
        Assert.Empty(selection.Missing);
    }

    [Fact]
    public void What_is_to_be_read_is_named_once_in_the_order_of_a_tree()
    {
        PathSelection selection = Select(int.MaxValue, "d-x", "d/e/f", "d/e", "/d/e/", "a", "d/e/g");
        Assert.Equal(["a", "d/e", "d-x"], selection.Outermost.Select(static path => path.ToString()));
        Assert.Equal(["a", "d/e", "d/e/f", "d/e/g", "d-x"], selection.Named.Select(static path => path.ToString()));
    }

    [Fact]
    public void A_path_inside_another_is_missing_if_only_the_other_is_there()
    {
        PathSelection selection = Select(int.MaxValue, "d", "d/no", "./d/yes");
        Assert.True(Takes(selection, "d/yes/x"));
        Assert.Equal(["d/no"], selection.Missing.Select(static path => path.ToString()));
    }

    [Fact]
    public void Depth_counts_from_each_named_path()
    {
        PathSelection selection = Select(1, "d", "d/e/f");
        Assert.True(Takes(selection, "d"));
        Assert.True(Takes(selection, "d/e"));
        Assert.True(Takes(selection, "d/e/f"));
        Assert.True(Takes(selection, "d/e/f/g"));
        Assert.False(Takes(selection, "d/e/x"));
        Assert.True(Takes(Select(0, "."), "."));
        Assert.False(Takes(Select(0), "a"));
        Assert.True(Takes(Select(1), "a"));
        Assert.False(Takes(Select(1), "a/b"));
    }

    [Fact]
    public void No_path_at_all_is_everything_and_nothing_is_missing()
    {
        Assert.True(Takes(Select(int.MaxValue), "a/b"));
        Assert.Empty(Select(int.MaxValue).Missing);
        Assert.Single(Select(int.MaxValue, ".").Missing);
    }

    [Fact]
    public void Of_very_many_paths_each_is_found_and_what_lies_below_it()
    {
        PathSelection selection = new([.. Enumerable.Range(0, 100_000).Select(i => BytePath.Of($"d/{i}"))]);
        Assert.True(selection.Takes("d/77777/x/y"u8));
        Assert.True(selection.Takes("d/0"u8));
        Assert.False(selection.Takes("d"u8));
        Assert.False(selection.Takes("d/100000"u8));
        Assert.False(selection.Contains("d/7777x"u8));
        Assert.Equal(99_998, selection.Missing.Count());
    }

    [Fact]
    public void An_empty_list_names_nothing_where_it_is_one()
    {
        PathSelection selection = new([], emptyIsAll: false);
        Assert.False(selection.Takes("a"u8));
        Assert.Empty(selection.Outermost);
        Assert.Empty(selection.Missing);
    }
}
