using System.Globalization;
using System.Text;

namespace Backshift.Tools.Tar;

/// <summary>
/// Writes a POSIX regular expression, basic or extended, with the extensions of the GNU C library, as one of .NET. Of alternatives that match at one
/// place .NET takes the first, POSIX the longest; all else means the same.
/// </summary>
internal sealed class PosixExpression
{
    private const int MostRepeats = 0x7FFF;
    private const int MostNested = 200;
    private const string Word = @"0-9A-Za-z_";

    private readonly string text;
    private readonly bool extended;
    private int at;
    private int closed;

    /// <param name="text">The expression, as <see cref="NameText"/>.</param>
    /// <param name="extended">Whether it is an extended one.</param>
    /// <exception cref="FormatException">It is none.</exception>
    internal PosixExpression(string text, bool extended)
    {
        this.text = text;
        this.extended = extended;
        Translated = Alternatives(0);
        if (at < text.Length)
        {
            throw new FormatException("a closing parenthesis has no opening one");
        }
    }

    /// <summary>The expression as .NET has it.</summary>
    internal string Translated { get; }

    /// <summary>Number of its groups.</summary>
    internal int Groups { get; private set; }

    /// <summary>Whether it has something that only a matcher knows which goes back and tries again: references to its own groups, ends of words.</summary>
    internal bool NeedsBacktracking { get; private set; }

    private string Alternatives(int depth)
    {
        StringBuilder all = new(Branch(depth));
        while (IsNext('|'))
        {
            at += extended ? 1 : 2;
            all.Append('|').Append(Branch(depth));
        }

        return all.ToString();
    }

    private string Branch(int depth)
    {
        StringBuilder branch = new();
        int start = at;
        while (at < text.Length && !IsNext('|') && !(IsNext(')') && (depth > 0 || !extended)))
        {
            bool first = at == start || (!extended && text[at - 1] == '^' && at == start + 1);
            branch.Append(TryAnchor(at == start) is { } anchor ? anchor : Repeated(Atom(first, depth)));
        }

        return branch.ToString();
    }

    /// <summary>In a basic expression ^ and $ are anchors only where a branch begins and ends.</summary>
    private string? TryAnchor(bool first)
    {
        bool anchor = text[at] switch
        {
            '^' => extended || first,
            '$' => extended || at + 1 == text.Length || text.AsSpan(at + 1).StartsWith(@"\)") || text.AsSpan(at + 1).StartsWith(@"\|"),
            _ => false,
        };
        return !anchor ? null : text[at++] == '^' ? @"\A" : @"\z";
    }

    private string Atom(bool first, int depth)
    {
        if (IsNext('('))
        {
            return Group(depth);
        }

        if (TakeRepeat(first) is not null)
        {
            throw new FormatException("nothing precedes a repetition operator");
        }

        char c = text[at++];
        return c switch
        {
            '[' => ByteSet.Read(text, ref at),
            '.' => ".",
            '\\' => Escaped(),
            _ => Literal(c),
        };
    }

    private string Group(int depth)
    {
        if (depth == MostNested)
        {
            throw new FormatException("it is nested too deep");
        }

        at += extended ? 1 : 2;
        int number = ++Groups;
        string inside = Alternatives(depth + 1);
        if (!IsNext(')'))
        {
            throw new FormatException("a parenthesis is not closed");
        }

        at += extended ? 1 : 2;
        closed = Math.Max(closed, number);
        return $"({inside})";
    }

    private string Repeated(string atom)
    {
        bool plain = true;
        while (at < text.Length && TakeRepeat(first: false) is { } repeat)
        {
            // In .NET a second one would change the first.
            atom = plain ? atom + repeat : $"(?:{atom}){repeat}";
            plain = false;
        }

        return atom;
    }

    /// <summary>A repetition that stands here, or null. Where a basic expression begins a star is one.</summary>
    private string? TakeRepeat(bool first)
    {
        if (text[at] == '*' && (extended || !first))
        {
            at++;
            return "*";
        }

        foreach (char sign in "+?")
        {
            if (IsNext(sign))
            {
                at += extended ? 1 : 2;
                return sign.ToString();
            }
        }

        return IsNext('{') ? Interval() : null;
    }

    private string Interval()
    {
        at += extended ? 1 : 2;
        int end = text.IndexOf(extended ? "}" : @"\}", at, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new FormatException("a brace is not closed");
        }

        string[] bounds = text[at..end].Split(',');
        at = end + (extended ? 1 : 2);
        int least = 0, most = MostRepeats;
        bool good = bounds.Length <= 2 && (TryNumber(bounds[0], out least) || (bounds.Length == 2 && bounds[0].Length == 0))
            && (bounds.Length < 2 || TryNumber(bounds[1], out most) || bounds[1].Length == 0);
        most = bounds.Length < 2 ? least : most;
        if (!good || least > most || most > MostRepeats)
        {
            throw new FormatException("the braces do not hold a number of repetitions");
        }

        return bounds.Length == 2 && bounds[1].Length == 0 ? $"{{{least},}}" : $"{{{least},{most}}}";
    }

    private static bool TryNumber(string digits, out int number) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private string Escaped()
    {
        if (at == text.Length)
        {
            throw new FormatException("it ends in a backslash");
        }

        char c = text[at++];
        switch (c)
        {
            case >= '1' and <= '9':
                NeedsBacktracking = true;
                return c - '0' <= closed ? $"(?:\\{c})" : throw new FormatException($"\\{c} names a group that is not there before it");
            case 'w': return $"[{Word}]";
            case 'W': return $"[^{Word}]";
            case 's': return @"[\t-\r ]";
            case 'S': return @"[^\t-\r ]";
            case 'b' or 'B': return $"\\{c}";
            case '`': return @"\A";
            case '\'': return @"\z";
            case '<' or '>':
                NeedsBacktracking = true;
                return c == '<' ? @"\b(?=\w)" : @"\b(?<=\w)";
            default: return Literal(c);
        }
    }

    private static string Literal(char c) => char.IsAsciiLetterOrDigit(c) ? c.ToString() : $"\\u{(int)c:x4}";

    /// <summary>Whether this operator stands here: by itself in an extended expression, after a backslash in a basic one.</summary>
    private bool IsNext(char sign) => extended
        ? at < text.Length && text[at] == sign
        : at + 1 < text.Length && text[at] == '\\' && text[at + 1] == sign;
}
