using Backshift.Posix;
using Backshift.Repository.Measuring;

namespace Backshift.Repository.Tests;

public sealed class DirectoryTotalsTests
{
    [Fact]
    public void A_directory_has_what_is_below_it_and_the_largest_is_first() => Assert.Equal(
        ["a 5 111", "a/b 3 110", "a/b/c 1 100", "z 1 7"],
        Totals(10, 3, true, (".", 0), ("top", 50), ("a", 0), ("a/b", 0), ("a/b/c", 0), ("a/b/c/d", 100), ("a/b/x", 10), ("a/x", 1), ("z", 0), ("z/y", 7)));

    [Fact]
    public void By_itself_a_directory_has_what_lies_in_it_and_the_number_decides() => Assert.Equal(
        ["a 2 6", "a/b/c 1 100", "b/c/d 1 1"], Totals(9, 9, false, ("a/1", 1), ("a/b/c/d", 100), ("a/c", 5), ("b/c/d/e", 1)).Order());

    [Fact]
    public void Deep_ones_count_for_those_above_them() =>
        Assert.Equal(["a 1 5"], Totals(9, 1, true, ("a/b/c/d/e", 5)));

    [Fact]
    public void A_name_that_begins_as_another_is_another_directory() =>
        Assert.Equal(["a 1 1", "a-b 1 2", "ab 1 3"], Totals(9, 9, true, ("a/x", 1), ("a-b/x", 2), ("ab/x", 3)).Order());

    [Fact]
    public void Only_so_many_are_kept() =>
        Assert.Equal(["d9 1 9", "d8 1 8"], Totals(2, 1, true, [.. Enumerable.Range(1, 9).Select(static i => ($"d{i}/f", i))]));

    private static IEnumerable<string> Totals(int kept, int depth, bool withBelow, params (string Path, int Bytes)[] entries)
    {
        DirectoryTotals totals = new(kept, depth, withBelow);
        foreach ((string path, int bytes) in entries)
        {
            totals.Add(BytePath.Of(path), bytes);
        }

        return totals.Finish().Select(static one => $"{one.Path} {one.Entries} {one.Bytes}");
    }
}
