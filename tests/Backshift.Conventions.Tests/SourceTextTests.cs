using System.Text.RegularExpressions;

namespace Backshift.Conventions.Tests;

public sealed partial class SourceTextTests
{
    private static readonly string[] Code = [".cs", ".sh", ".py", ".awk", ".csproj", ".props"];

    /// <summary>Our text, not what tests feed on.</summary>
    private static IEnumerable<string> Texts =>
        SourceTree.Files().Where(file => Code.Contains(Path.GetExtension(file)) || PlainText().IsMatch(file)).Where(file => !Given().IsMatch(file));

    /// <summary>Programs whose name has no extension.</summary>
    private static IEnumerable<string> Scripts =>
        SourceTree.Files().Where(file => Path.GetExtension(file).Length == 0 && !Given().IsMatch(file) && NamesInterpreter(file));

    [Fact]
    public void Nothing_is_left_to_do()
    {
        // Written so that this file does not find itself.
        Regex mark = new(@"\b(?:TO" + "DO|FIX" + "ME|XX" + @"X)\b");
        Assert.Empty(Texts.Where(file => mark.IsMatch(SourceTree.Read(file))));
    }

    [Fact]
    public void A_file_of_more_than_500_lines_says_why_it_is_one()
    {
        IEnumerable<string> large = Texts.Where(file => Code.Contains(Path.GetExtension(file)) && File.ReadLines(SourceTree.At(file)).Count() > 500);
        Assert.Empty(large.Where(file => !Reason().IsMatch(SourceTree.Read(file))));
    }

    [Fact]
    public void A_text_ends_in_a_newline_and_has_no_blanks_at_the_end_of_a_line()
    {
        foreach (string file in Texts)
        {
            string text = SourceTree.Read(file);
            Assert.True(text.Length == 0 || text.EndsWith('\n'), $"{file} does not end in a newline");
            Assert.False(TrailingBlank().IsMatch(text), $"{file} has blanks at the end of a line");
            Assert.False(text.Contains('\r'), $"{file} has carriage returns");
        }
    }

    /// <summary>As .editorconfig has it (max_line_length), which no analyzer checks.</summary>
    [Fact]
    public void A_line_of_a_program_has_at_most_160_columns()
    {
        IEnumerable<string> generators = SourceTree.Files("tests/vectors", ".py");
        string[] programs = [.. Texts.Where(static file => Path.GetExtension(file) is ".cs" or ".sh" or ".py"), .. Scripts, .. generators];
        Assert.Contains("tests/fuzz", programs);
        Assert.Contains("tests/vectors/stream/generate.py", programs);
        Assert.Empty(programs
            .SelectMany(file => File.ReadLines(SourceTree.At(file)).Select((line, at) => (Place: $"{file}:{at + 1}", line.Length)))
            .Where(static line => line.Length > 160).Select(static line => line.Place));
    }

    [Fact]
    public void A_file_that_names_an_interpreter_may_be_executed()
    {
        foreach (string file in Texts.Where(NamesInterpreter))
        {
            Assert.True(File.GetUnixFileMode(SourceTree.At(file)).HasFlag(UnixFileMode.UserExecute), $"{file} is not executable");
        }
    }

    [Fact]
    public void A_script_starts_with_what_it_pins()
    {
        foreach (string file in SourceTree.Files("tests/scripts", ".sh"))
        {
            string[] lines = File.ReadAllLines(SourceTree.At(file));
            string first = lines.First(line => !line.StartsWith("#!", StringComparison.Ordinal));
            Assert.True(first.StartsWith("# ", StringComparison.Ordinal), $"{file} does not start with a comment");
        }
    }

    [Fact]
    public void A_library_has_no_mutable_static_state()
    {
        IEnumerable<string> fields = SourceTree.Files("lib", ".cs").SelectMany(file =>
            MutableStatic().Matches(SourceTree.Read(file)).Select(m => $"{file}: {m.Value.Trim()}"));
        Assert.Empty(fields);
    }

    [Fact]
    public void No_code_changes_its_directory() =>
        Assert.Empty(SourceTree.Files("lib", ".cs").Concat(SourceTree.Files("tools", ".cs")).Where(file => ChangesDirectory().IsMatch(SourceTree.Read(file))));

    [Fact]
    public void A_file_has_one_type_and_its_name()
    {
        foreach (string file in SourceTree.Files("lib", ".cs").Concat(SourceTree.Files("tools", ".cs")))
        {
            string[] types = [.. TopLevelType().Matches(SourceTree.Read(file)).Select(static match => match.Groups[1].Value)];
            string name = Path.GetFileName(file).Split('.')[0];
            Assert.True(types.Length <= 1, $"{file} has the types {string.Join(", ", types)}");
            Assert.True(types.Length == 0 || types[0] == name || name is "Main" or "AssemblyInfo", $"{file} has the type {types.FirstOrDefault()}");
        }
    }

    private static bool NamesInterpreter(string file) => SourceTree.Read(file).StartsWith("#!", StringComparison.Ordinal);

    [GeneratedRegex(@"^(?:Makefile|\.ci/run|build/[^/]+|tests/run[^/]*|examples/[^/]+|man/[^/]+|docs/.*\.md|[A-Z]+\.md)$")]
    private static partial Regex PlainText();

    [GeneratedRegex(@"^tests/(?:vectors|repositories)/")]
    private static partial Regex Given();

    [GeneratedRegex(@"^(?://|#) Long because ", RegexOptions.Multiline)]
    private static partial Regex Reason();

    [GeneratedRegex(@"[ \t]$", RegexOptions.Multiline)]
    private static partial Regex TrailingBlank();

    [GeneratedRegex(@"\bf?chdir\b|CurrentDirectory *=")]
    private static partial Regex ChangesDirectory();

    [GeneratedRegex(@"^(?:(?:public|internal|file|sealed|static|abstract|readonly|ref|partial|unsafe) )+"
        + @"(?:class|struct|interface|enum|record struct|record|delegate [\w<>\[\]?]+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    // A static field that is neither readonly nor const, or a static property that can be set; a cache of one thread is no shared state.
    [GeneratedRegex(@"(?<!\[(?:field: )?ThreadStatic\]\s*)^\s*(?:(?:private|internal|public|protected) )+static (?!readonly )"
        + @"[\w<>\[\],.? ]+(?:;| = .*;| \{ get; (?:\w+ )?set; \}.*)$", RegexOptions.Multiline)]
    private static partial Regex MutableStatic();
}
