using System.Text;
using System.Text.RegularExpressions;

namespace Backshift.Conventions.Tests;

/// <summary>An mdoc page, as far as the tests have to understand it.</summary>
internal sealed partial class ManualPage(string text)
{
    private readonly string[] lines = text.Split('\n');

    public static ManualPage Open(string relative)
    {
        Assert.True(File.Exists(SourceTree.At(relative)), $"{relative} is missing");
        return new ManualPage(SourceTree.Read(relative));
    }

    /// <summary>The options that have an item of their own (`.It Fl j , Fl -jobs Ar n`), as one types them.</summary>
    public SortedSet<string> Options()
    {
        SortedSet<string> options = new(StringComparer.Ordinal);
        foreach (string line in lines.Where(line => line.StartsWith(".It Fl ", StringComparison.Ordinal)))
        {
            bool inFlag = false;
            foreach (string word in Plain(line[4..]).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (MacroName().IsMatch(word))
                {
                    inFlag = word == "Fl";
                }
                else if (inFlag && !Punctuation().IsMatch(word))
                {
                    options.Add("-" + word.Split('=')[0]);
                }
            }
        }
        options.ExceptWith(HelpText.InEveryProgram);
        return options;
    }

    /// <summary>The numbers that head the items of a section.</summary>
    public SortedSet<int> NumbersIn(string section) =>
        [.. Section(section).Where(line => line.StartsWith(".It ", StringComparison.Ordinal)).SelectMany(line => Number().Matches(line))
            .Select(m => int.Parse(m.Value))];

    /// <summary>The pages it refers to, as "name.section".</summary>
    public IEnumerable<string> References() =>
        lines.Select(line => Reference().Match(line)).Where(m => m.Success).Select(m => $"{m.Groups[1].Value}.{m.Groups[2].Value}").Distinct();

    /// <summary>Its sentences, without examples and other literal text. Macros are dropped, and their arguments stay.</summary>
    public IEnumerable<string> Sentences()
    {
        StringBuilder paragraph = new();
        bool isLiteral = false;
        foreach (string line in lines.Append(".Pp"))
        {
            isLiteral = (isLiteral || line.StartsWith(".Bd", StringComparison.Ordinal)) && line != ".Ed";
            if (isLiteral || Apart().IsMatch(line))
            {
                foreach (string sentence in SentenceEnd().Split(paragraph.ToString()).Where(sentence => sentence.Length > 0))
                {
                    yield return sentence.Trim();
                }
                paragraph.Clear();
            }
            if (!isLiteral && !Unread().IsMatch(line))
            {
                paragraph.Append(Macros().Replace(line, "")).Append(' ');
            }
        }
    }

    public bool Has(string section) => lines.Contains(".Sh " + section);

    public string? Name() => lines.Where(line => line.StartsWith(".Nm ", StringComparison.Ordinal)).Select(line => line[4..].Trim()).FirstOrDefault();

    private IEnumerable<string> Section(string name) =>
        lines.SkipWhile(line => line != ".Sh " + name).Skip(1).TakeWhile(line => !line.StartsWith(".Sh ", StringComparison.Ordinal));

    private static string Plain(string mdoc) => mdoc.Replace(@"\-", "-").Replace(@"\&", "").Replace("\"", "");

    [GeneratedRegex(@"^\.(?:Sh|Ss|Pp|It|Bl|El|Bd|Ed|Dl|Nd)\b")]
    private static partial Regex Apart();

    // A title, the head of an item, a line of an example, or a comment.
    [GeneratedRegex(@"^\.(?:Sh|Ss|It|Dl|\\"")")]
    private static partial Regex Unread();

    [GeneratedRegex(@"(?<=[.!?:;]) +(?=[A-Z])")]
    private static partial Regex SentenceEnd();

    // A request at the start of a line, and the macros that are called in it.
    [GeneratedRegex(@"^\.[A-Z][a-z] ?|(?<=^\..*)\b[A-Z][a-z]\b ")]
    private static partial Regex Macros();

    [GeneratedRegex("^[A-Z][a-z]$")]
    private static partial Regex MacroName();

    [GeneratedRegex(@"^[,.:;()|\[\]=]$")]
    private static partial Regex Punctuation();

    [GeneratedRegex(@"(?<![\w-])\d+(?!\w)")]
    private static partial Regex Number();

    [GeneratedRegex(@"^\.(?:It )?Xr (\S+) (\d)")]
    private static partial Regex Reference();
}
