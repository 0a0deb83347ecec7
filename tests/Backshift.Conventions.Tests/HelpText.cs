using System.Text.RegularExpressions;

namespace Backshift.Conventions.Tests;

/// <summary>The options that a program's --help names.</summary>
internal static partial class HelpText
{
    /// <summary>Every spelling of every option, without those that each program has.</summary>
    public static SortedSet<string> OptionsIn(string help)
    {
        SortedSet<string> options = new(StringComparer.Ordinal);
        foreach (string line in help.Split('\n'))
        {
            // "  -j, --jobs <jobs>  how many readers": names stand before the first run of two blanks.
            Match names = OptionLine().Match(line);
            if (names.Success)
            {
                options.UnionWith(OptionName().Matches(names.Groups[1].Value).Select(name => name.Value));
            }
        }
        options.ExceptWith(InEveryProgram);
        return options;
    }

    /// <summary>The rows of operands and options: what stands at the left, as "-j, --jobs &lt;n&gt;", and its description.</summary>
    public static IEnumerable<(string Name, string Description)> Rows(string help) =>
        help.Split('\n').Select(line => Row().Match(line)).Where(row => row.Success).Select(row => (row.Groups[1].Value, row.Groups[2].Value));

    public static readonly string[] InEveryProgram = ["--help", "--version"];

    [GeneratedRegex(@"^ {2}(\S.*?) {2,}(.*)$")]
    private static partial Regex Row();

    [GeneratedRegex(@"^ {1,4}(-.*?)(?:  |$)")]
    private static partial Regex OptionLine();

    [GeneratedRegex(@"(?<=^|,\s*)--?[^\s,=<\[]+")]
    private static partial Regex OptionName();
}
