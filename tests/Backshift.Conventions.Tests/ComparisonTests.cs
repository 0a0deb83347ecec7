namespace Backshift.Conventions.Tests;

/// <summary>
/// docs/comparison.md says nothing of Backshift without a test, and nothing of others without a source. RequirementsTests looks for the tests.
/// </summary>
public sealed class ComparisonTests
{
    [Fact]
    public void Each_yes_of_ours_names_a_test()
    {
        string[] bare = [.. Comparison.OwnCells.Where(static cell => cell.StartsWith('y') && !cell.Contains('`', StringComparison.Ordinal))];
        Assert.Empty(bare);
    }

    [Fact]
    public void Each_cell_of_others_has_a_source_or_is_unknown()
    {
        Assert.Contains(Comparison.OtherCells, static cell => cell.Heading == "plakar");
        Assert.Empty(Comparison.OtherCells
            .Where(static cell => cell.Cell is not ("?" or "–") && !Comparison.Sources(cell.Cell).Concat(Comparison.Sources(cell.Heading)).Any())
            .Select(static cell => $"{cell.Row}, {cell.Heading}: {cell.Cell}"));
    }

    [Fact]
    public void A_row_has_a_cell_for_each_column()
    {
        string[] empty = [.. Comparison.OtherCells.Where(static cell => cell.Cell.Length == 0).Select(static cell => $"{cell.Row}, {cell.Heading}")];
        Assert.Empty(empty);
    }

    [Fact]
    public void Sources_are_numbered_in_order_and_each_is_used()
    {
        List<int> listed = [.. Comparison.Listed];
        Assert.Equal(Enumerable.Range(1, listed.Count), listed);
        Assert.Equal(listed, Comparison.Used.Distinct().Order());
    }
}
