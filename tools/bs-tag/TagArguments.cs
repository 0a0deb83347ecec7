using System.CommandLine;
using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.Tag;

/// <summary>The operands and options of bs-tag.</summary>
internal sealed class TagArguments
{
    private readonly Argument<string[]> names = new("saveset")
    {
        Description = "savesets: host@time, @latest or @latest~2; - for names on standard input",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> add = Words("--add", "tag to add; may be given several times (default: none)");
    private readonly Option<string[]> remove = Words("--remove", "tag to remove; may be given several times (default: none)");
    private readonly Option<bool> clear = new("--clear") { Description = "remove all tags, before any are added" };

    private readonly Option<string?> note = new("--note")
    {
        Description = "note to keep with the saveset; an empty one removes it (default: unchanged)",
        HelpName = "text",
    };

    private readonly Option<bool> hold = new("--hold") { Description = "put the saveset on hold: it is not expired until the hold is released" };
    private readonly Option<bool> release = new("--release") { Description = "release the hold" };
    private readonly Option<bool> dryRun = new("--dry-run", "-n") { Description = "change nothing, and show what would be set" };
    private readonly Option<bool> json = new("--json") { Description = "write one JSON object per saveset" };

    private TagArguments(RootCommand root)
    {
        root.Arguments.Add(names);
        foreach (Option option in (Option[])[add, remove, clear, note, hold, release, dryRun, json])
        {
            root.Options.Add(option);
        }
    }

    internal static TagArguments AddTo(RootCommand root) => new(root);

    /// <exception cref="BackshiftException">A tag or the note cannot be one, or options cannot be combined.</exception>
    internal TagOptions Read(ParseResult options)
    {
        if (options.GetValue(hold) && options.GetValue(release))
        {
            throw new BackshiftException(ExitCode.Usage, "--hold cannot be combined with --release");
        }

        TagChange change = new()
        {
            Add = TagArgument.Get(options, add),
            Remove = options.GetValue(remove) ?? [],
            Clear = options.GetValue(clear),
            Note = Checked(options.GetValue(note)),
            Hold = options.GetValue(hold) ? true : options.GetValue(release) ? false : null,
        };
        string[] given = options.GetValue(names)!;
        return given.Count(static name => name == NamedSavesets.Input) > 1 ? throw new BackshiftException(ExitCode.Usage, "- can be given once")
            : new TagOptions(change, given, options.GetValue(dryRun), options.GetValue(json), Descriptors.IsTerminal(1));
    }

    private static string? Checked(string? note)
    {
        byte[] bytes = note is null ? [] : ArgumentText.ToBytes(note);
        return bytes.Length > SavesetTags.NoteLimit || !System.Text.Unicode.Utf8.IsValid(bytes)
            ? throw new BackshiftException(ExitCode.Usage, $"--note: a note has at most {SavesetTags.NoteLimit} bytes of UTF-8")
            : note is null ? null : Encoding.UTF8.GetString(bytes);
    }

    private static Option<string[]> Words(string name, string description) =>
        new(name) { Description = description, HelpName = "word", AllowMultipleArgumentsPerToken = false };
}
