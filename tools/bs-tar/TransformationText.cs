using System.Globalization;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Tar;

/// <summary>Reads values of --transform, as GNU tar has them: expressions s/from/to/flags and flags=…, with semicolons between them.</summary>
internal sealed class TransformationText
{
    private readonly List<Transformation> transformations = [];
    private NameScope scope = NameScope.All;

    /// <summary>All expressions of all values, in order.</summary>
    /// <exception cref="BackshiftException">One is none.</exception>
    internal static List<Transformation> Parse(IEnumerable<BytePath> values)
    {
        TransformationText reading = new();
        foreach (BytePath value in values)
        {
            try
            {
                reading.Read(NameText.Of(value.Span));
            }
            catch (FormatException e)
            {
                throw new BackshiftException(ExitCode.Usage, $"--transform {value}: {e.Message}", "like s/from/to/ or s,from,to,g;s,x,y,", e);
            }
        }

        return reading.transformations;
    }

    private void Read(string text)
    {
        int at = 0;
        do
        {
            if (text.AsSpan(at).StartsWith("flags="))
            {
                at += "flags=".Length;
                scope = NameScope.None;
                for (; at < text.Length && text[at] != ';'; at++)
                {
                    scope = WithFlag(scope, text[at]) ?? throw Unknown(text[at]);
                }
            }
            else
            {
                ReadExpression(text, ref at);
            }

            // A semicolon may end the last one too.
            at++;
        }
        while (at < text.Length);
    }

    private void ReadExpression(string text, ref int at)
    {
        if (at + 1 >= text.Length || text[at] != 's' || text[at + 1] == '\\')
        {
            throw new FormatException("is not an expression");
        }

        char delimiter = text[at + 1];
        at += 2;
        string from = Part(text, delimiter, ref at), to = Part(text, delimiter, ref at);
        bool everywhere = false, extended = false, ignoreCase = false;
        int number = 1;
        NameScope of = scope;
        for (; at < text.Length && text[at] != ';'; at++)
        {
            switch (text[at])
            {
                case 'g': everywhere = true; break;
                case 'i': ignoreCase = true; break;
                case 'x': extended = true; break;
                case >= '0' and <= '9': number = Number(text, ref at); break;
                default: of = WithFlag(of, text[at]) ?? throw Unknown(text[at]); break;
            }
        }

        PosixExpression expression = new(from, extended);
        transformations.Add(new Transformation(Transformation.Compile(expression, ignoreCase), new Replacement(to, delimiter, expression.Groups), of,
            everywhere, number));
    }

    /// <summary>Takes the text before the next delimiter. One after a backslash does not count.</summary>
    private static string Part(string text, char delimiter, ref int at)
    {
        int start = at;
        for (; at < text.Length && text[at] != delimiter; at++)
        {
            at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
        }

        return at < text.Length ? text[start..at++] : throw new FormatException("is not terminated");
    }

    private static int Number(string text, ref int at)
    {
        int start = at;
        while (at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))
        {
            at++;
        }

        return int.TryParse(text.AsSpan(start, at + 1 - start), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? Math.Max(number, 1)
            : throw new FormatException("has a number that is too large");
    }

    private static NameScope? WithFlag(NameScope scope, char flag) => flag switch
    {
        'r' => scope | NameScope.Entries,
        'R' => scope & ~NameScope.Entries,
        'h' => scope | NameScope.Links,
        'H' => scope & ~NameScope.Links,
        's' => scope | NameScope.SymbolicLinks,
        'S' => scope & ~NameScope.SymbolicLinks,
        _ => null,
    };

    private static FormatException Unknown(char flag) => new($"has an unknown flag, {Escaping.Display(NameText.ToBytes([flag]))}");
}
