using System.Text;

namespace Backshift.Tools.Tar;

/// <summary>Reads a bracket expression of POSIX, and writes it as a set of .NET: the bytes one by one, since classes mean more there.</summary>
internal static class ByteSet
{
    private static readonly (string Name, Func<char, bool> Has)[] Classes =
    [
        ("alnum", char.IsAsciiLetterOrDigit),
        ("alpha", char.IsAsciiLetter),
        ("blank", static c => c is ' ' or '\t'),
        ("cntrl", static c => c is < ' ' or '\x7F'),
        ("digit", char.IsAsciiDigit),
        ("graph", static c => c is > ' ' and < '\x7F'),
        ("lower", char.IsAsciiLetterLower),
        ("print", static c => c is >= ' ' and < '\x7F'),
        ("punct", static c => c is > ' ' and < '\x7F' && !char.IsAsciiLetterOrDigit(c)),
        ("space", static c => c is ' ' or (>= '\t' and <= '\r')),
        ("upper", char.IsAsciiLetterUpper),
        ("xdigit", char.IsAsciiHexDigit),
    ];

    /// <param name="text">The expression, as <see cref="NameText"/>.</param>
    /// <param name="at">After the opening bracket; set to after the closing one.</param>
    /// <exception cref="FormatException">It is none.</exception>
    internal static string Read(string text, ref int at)
    {
        bool[] members = new bool[256];
        bool inverted = at < text.Length && text[at] == '^';
        at += inverted ? 1 : 0;
        for (bool first = true; at >= text.Length || text[at] != ']' || first; first = false)
        {
            if (at + 1 < text.Length && text[at] == '[' && text[at + 1] == ':')
            {
                AddClass(Named(text, ref at), members);
                continue;
            }

            byte low = Member(text, ref at);
            byte high = low;
            if (at + 1 < text.Length && text[at] == '-' && text[at + 1] != ']')
            {
                at++;
                high = Member(text, ref at);
            }

            if (high < low)
            {
                throw new FormatException("a range is reversed");
            }

            members.AsSpan(low, high - low + 1).Fill(true);
        }

        at++;
        return Write(members, inverted);
    }

    private static string Write(bool[] members, bool inverted)
    {
        StringBuilder set = new("[");
        for (int b = 0; b < 256; b++)
        {
            if (members[b] != inverted)
            {
                set.Append($"\\u{(int)NameText.Of((byte)b):x4}");
            }
        }

        return set.Length == 1 ? @"[^\u0000-\uffff]" : set.Append(']').ToString();
    }

    private static void AddClass(string name, bool[] members)
    {
        int found = Array.FindIndex(Classes, each => each.Name == name);
        if (found < 0)
        {
            throw new FormatException("a character class is unknown");
        }

        for (int b = 0; b < 128; b++)
        {
            members[b] |= Classes[found].Has((char)b);
        }
    }

    /// <summary>A byte, or one by its name: [.-.], [=a=].</summary>
    private static byte Member(string text, ref int at)
    {
        if (at + 1 < text.Length && text[at] == '[' && text[at + 1] is '.' or '=')
        {
            string name = Named(text, ref at);
            return name.Length == 1 ? NameText.ToBytes(name)[0] : throw new FormatException("[. .] or [= =] does not hold a single byte");
        }

        return at < text.Length ? NameText.ToBytes(text.AsSpan(at++, 1))[0] : throw new FormatException("a bracket is not closed");
    }

    /// <summary>The text in [: :], [. .] or [= =].</summary>
    private static string Named(string text, ref int at)
    {
        int end = text.IndexOf($"{text[at + 1]}]", at + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new FormatException("a bracket is not closed");
        }

        string name = text[(at + 2)..end];
        at = end + 2;
        return name;
    }
}
