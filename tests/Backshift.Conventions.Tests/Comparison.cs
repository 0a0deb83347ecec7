using System.Globalization;
using System.Text.RegularExpressions;

namespace Backshift.Conventions.Tests;

/// <summary>The tables of docs/comparison.md, and its list of sources.</summary>
internal static partial class Comparison
{
    public const string Document = "docs/comparison.md";

    private static readonly string[] Lines = File.ReadAllLines(SourceTree.At(Document));

    /// <summary>What each row says of Backshift.</summary>
    public static IEnumerable<string> OwnCells => Rows().Select(static row => row.Cells[1]).Where(static cell => cell.Length > 0);

    /// <summary>Names in backticks that a row has for Backshift: the tests behind it.</summary>
    public static IEnumerable<string> OwnNames => OwnCells.SelectMany(static cell => Name().Matches(cell)).Select(static match => match.Groups[1].Value);

    /// <summary>What each row says of each other system, with the heading of its column, which may have the source for all of it.</summary>
    public static IEnumerable<(string Heading, string Row, string Cell)> OtherCells =>
        from row in Rows()
        where row.Cells[1].Length > 0
        from column in Enumerable.Range(2, row.Cells.Length - 2)
        select (row.Headings[column], row.Cells[0], row.Cells[column]);

    /// <summary>Numbers of the sources that the text refers to.</summary>
    public static IEnumerable<int> Used => Lines.SelectMany(static line => Sources(line));

    /// <summary>Numbers of the sources that are listed, in their order.</summary>
    public static IEnumerable<int> Listed =>
        Lines.Select(static line => Listing().Match(line)).Where(static match => match.Success).Select(static match => Number(match));

    /// <summary>Numbers of the sources that a piece of text names.</summary>
    public static IEnumerable<int> Sources(string text) => Reference().Matches(text).Select(static match => Number(match));

    private static int Number(Match match) => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    // Rows of all tables but their headings; a table begins where a line without a bar came before.
    private static IEnumerable<(string[] Headings, string[] Cells)> Rows()
    {
        string[]? headings = null;
        foreach (string line in Lines)
        {
            if (!line.StartsWith('|'))
            {
                headings = null;
                continue;
            }

            string[] cells = [.. line.Trim('|').Split('|').Select(static cell => cell.Trim())];
            if (headings is null)
            {
                headings = cells;
            }
            else if (!line.StartsWith("|---", StringComparison.Ordinal))
            {
                yield return (headings, cells);
            }
        }
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();

    // "[8, 040]" is chapter 040 of source 8; "[text](address)" is a link, and no source begins with a letter.
    [GeneratedRegex(@"\[(\d+)(?:, [^\]]+)?\]")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^(\d+)\. ")]
    private static partial Regex Listing();
}
