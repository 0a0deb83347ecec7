using System.Text;
using System.Text.RegularExpressions;

namespace Backshift.Tools.Tar;

/// <summary>The replacement of a match in a transformation: text, groups of the match, and changes of case, as sed has them.</summary>
internal sealed class Replacement
{
    // A part is a group (its number), a change of case (a letter), or else text.
    private readonly List<(int Group, char Case, string Text)> parts = [];

    /// <param name="text">As it stands between the delimiters, as <see cref="NameText"/>.</param>
    /// <param name="delimiter">Stands for itself after a backslash.</param>
    /// <param name="groups">How many groups the expression has.</param>
    /// <exception cref="FormatException">It names a group that there is not.</exception>
    internal Replacement(string text, char delimiter, int groups)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '&')
            {
                AddGroup(0);
            }
            else if (text[i] != '\\' || i + 1 == text.Length)
            {
                AddText(text[i].ToString());
            }
            else
            {
                AddEscaped(text[++i], delimiter, groups);
            }
        }
    }

    /// <summary>Appends what stands for a match.</summary>
    internal void AppendTo(StringBuilder target, Match match)
    {
        char all = 'E', next = 'E';
        foreach ((int group, char change, string text) in parts)
        {
            switch (change)
            {
                case 'U' or 'L' or 'E':
                    all = change;
                    break;
                case 'u' or 'l':
                    next = change;
                    break;
                default:
                    foreach (char c in group < 0 ? text : match.Groups[group].ValueSpan)
                    {
                        target.Append(Change(c, next == 'E' ? all : next));
                        next = 'E';
                    }

                    break;
            }
        }
    }

    private static char Change(char c, char how) => how switch
    {
        'U' or 'u' when char.IsAsciiLetterLower(c) => (char)(c - 'a' + 'A'),
        'L' or 'l' when char.IsAsciiLetterUpper(c) => (char)(c - 'A' + 'a'),
        _ => c,
    };

    private void AddEscaped(char c, char delimiter, int groups)
    {
        switch (c)
        {
            case var _ when c == delimiter: AddText(c.ToString()); break;
            case >= '0' and <= '9' when c - '0' <= groups: AddGroup(c - '0'); break;
            case >= '0' and <= '9': throw new FormatException($"\\{c} refers to a group that it does not have");
            case 'L' or 'U' or 'l' or 'u' or 'E': parts.Add((-1, c, "")); break;
            case '\\' or '&': AddText(c.ToString()); break;
            case 'a': AddText("\a"); break;
            case 'b': AddText("\b"); break;
            case 'f': AddText("\f"); break;
            case 'n': AddText("\n"); break;
            case 'r': AddText("\r"); break;
            case 't': AddText("\t"); break;
            case 'v': AddText("\v"); break;
            default: AddText($"\\{c}"); break;
        }
    }

    private void AddGroup(int number) => parts.Add((number, '\0', ""));

    private void AddText(string text)
    {
        if (parts.Count > 0 && parts[^1] is { Group: < 0, Case: '\0' })
        {
            parts[^1] = parts[^1] with { Text = parts[^1].Text + text };
        }
        else
        {
            parts.Add((-1, '\0', text));
        }
    }
}
