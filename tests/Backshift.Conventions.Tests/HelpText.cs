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

    public static readonly string[] InEveryProgram = ["-?", "-h", "--help", "--version"];

    [GeneratedRegex(@"^ {1,4}(-.*?)(?:  |$)")]
    private static partial Regex OptionLine();

    [GeneratedRegex(@"(?<=^|,\s*)--?[^\s,=<\[]+")]
    private static partial Regex OptionName();
}
