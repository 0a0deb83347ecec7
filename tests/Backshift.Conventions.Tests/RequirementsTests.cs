using System.Globalization;
using System.Text.RegularExpressions;

namespace Backshift.Conventions.Tests;

/// <summary>docs/requirements.md names what shows each row, and docs/comparison.md what shows each yes; what they name has to be there.</summary>
public sealed partial class RequirementsTests
{
    private const string Document = "docs/requirements.md";

    private static readonly string Tests = string.Concat(SourceTree.Files("tests", ".cs").Select(SourceTree.Read));

    private static IEnumerable<(string Rows, string Evidence)> Table =>
        File.ReadLines(SourceTree.At(Document)).Select(static line => Row().Match(line)).Where(static row => row.Success)
            .Select(static row => (row.Groups[1].Value, row.Groups[2].Value));

    [Fact]
    public void Every_row_is_there_once()
    {
        List<int> wanted = [.. Enumerable.Range(1, 186)];
        Assert.Equal(wanted, Table.SelectMany(static row => Numbers(row.Rows)));
    }

    [Fact]
    public void Every_row_names_something()
    {
        Assert.Empty(Table.Where(static row => Names(row.Evidence).Count == 0).Select(static row => row.Rows));
    }

    [Theory]
    [MemberData(nameof(AllNames))]
    public void What_a_row_names_exists(string name) => Assert.True(Exists(name), $"{Document} or {Comparison.Document} names {name}");

    public static TheoryData<string> AllNames() =>
        [.. Table.SelectMany(static row => Names(row.Evidence)).Concat(Comparison.OwnNames).Distinct().Order(StringComparer.Ordinal)];

    private static List<string> Names(string evidence) =>
        [.. Name().Matches(evidence).Select(static match => match.Groups.Values.Skip(1).First(static group => group.Success).Value)];

    private static IEnumerable<int> Numbers(string rows)
    {
        int[] ends = [.. rows.Split('–').Select(static number => int.Parse(number, CultureInfo.InvariantCulture))];
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    }

    private static bool Exists(string name)
    {
        if (name.EndsWith(".sh", StringComparison.Ordinal))
        {
            return File.Exists(SourceTree.At($"tests/scripts/{name}"));
        }

        if (name.StartsWith("bench ", StringComparison.Ordinal))
        {
            return SourceTree.Read("tests/bench/cases.py").Contains($"'{name[6..]}': ", StringComparison.Ordinal);
        }

        if (name.Contains(".md", StringComparison.Ordinal))
        {
            string[] parts = name.Split('#');
            return File.Exists(SourceTree.At($"docs/{parts[0]}")) && (parts.Length == 1 || Anchors(parts[0]).Contains(parts[1]));
        }

        if (Page().Match(name) is { Success: true } page)
        {
            return File.Exists(SourceTree.At($"man/{page.Groups[1].Value}.{page.Groups[2].Value}"));
        }

        if (name is "make docs" or "tests/run documents")
        {
            return true;
        }

        string[] test = name.Split('.');
        return Tests.Contains($"class {test[0]}", StringComparison.Ordinal) && (test.Length == 1 || Tests.Contains($" {test[1]}(", StringComparison.Ordinal));
    }

    // As the common renderers make them of headings.
    private static IEnumerable<string> Anchors(string document) =>
        File.ReadLines(SourceTree.At($"docs/{document}"))
            .Where(static line => line.StartsWith('#'))
            .Select(static line => NoAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"^\| (\d+(?:–\d+)?) \| [^|]* \| (.*) \|$")]
    private static partial Regex Row();

    [GeneratedRegex(@"`([^`]+)`|\[[^\]]*\]\(([^)]+)\)|\b((?:backshift|bs)[-\w]*\(\d\))")]
    private static partial Regex Name();

    [GeneratedRegex(@"^([-\w]+)\((\d)\)$")]
    private static partial Regex Page();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();
}
