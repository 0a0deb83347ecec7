using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.Restore;

/// <summary>The options that say where to and how.</summary>
internal sealed class RestoreArguments
{
    private readonly Option<BytePath> directory = PathArgument.Option("--directory", "directory to restore into", "-C");
    private readonly Option<bool> byName = new("--by-name") { Description = "set owners by name where this system has the name" };
    private readonly Option<bool> delete = new("--delete") { Description = "delete what was not saved from the directories that are restored" };
    private readonly Option<bool> dryRun = new("--dry-run", "-n") { Description = "write nothing and print what would be different" };
    private readonly Option<bool> noXattrs = new("--no-xattrs") { Description = "leave extended attributes and access control lists alone" };
    private readonly Option<bool> onlyChanged = new("--only-changed") { Description = "leave files alone that are as they were saved" };
    private readonly Option<bool> verbose = new("--verbose", "-v") { Description = "print each change" };
    private readonly Option<bool> verify = new("--verify") { Description = "read all files at the end and compare them with what was saved" };
    private readonly Option<ProgressMode> progress = ProgressArgument.Option(ProgressMode.Auto);

    private RestoreArguments(RootCommand root)
    {
        foreach (Option option in (Option[])[directory, byName, delete, dryRun, noXattrs, onlyChanged, progress, verbose, verify])
        {
            root.Options.Add(option);
        }
    }

    internal static RestoreArguments AddTo(RootCommand root) => new(root);

    internal ProgressMode Progress(ParseResult options) => options.GetValue(progress);

    /// <exception cref="BackshiftException">None is named.</exception>
    internal BytePath Directory(ParseResult options) => options.GetValue(directory) is { IsEmpty: false } named ? named
        : throw new BackshiftException(ExitCode.Usage, "no directory is named", "give it with -C");

    /// <param name="options">The command line.</param>
    /// <param name="stream">Whether a stream is restored.</param>
    /// <exception cref="BackshiftException">Called wrongly.</exception>
    internal RestoreOptions Read(ParseResult options, bool stream)
    {
        RestoreOptions restore = new()
        {
            ByName = options.GetValue(byName),
            Delete = options.GetValue(delete),
            DryRun = options.GetValue(dryRun),
            NoAttributes = options.GetValue(noXattrs),
            OnlyChanged = options.GetValue(onlyChanged),
            Verbose = options.GetValue(verbose),
            Verify = options.GetValue(verify),
        };
        if (stream && (restore.Delete || restore.Verify))
        {
            throw new BackshiftException(ExitCode.Usage, $"{(restore.Delete ? "--delete" : "--verify")} needs a saveset, not a stream");
        }

        return !(restore.DryRun && restore.Verify) ? restore
            : throw new BackshiftException(ExitCode.Usage, "--verify cannot be combined with --dry-run", "bs-diff compares a saveset with a directory");
    }
}
