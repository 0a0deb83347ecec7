using System.CommandLine;
using System.Globalization;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Objects;
using Backshift.Tooling;

namespace Backshift.Tools.Save;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Argument<BytePath[]> roots = PathArgument.Operands("root", "what to save, with all below it");
        Option<bool> oneFileSystem = new("--one-file-system", "-x") { Description = "stay on the file system of each root" };
        Option<BytePath[]> exclude = PathArgument.Options("--exclude", "leave out what matches the pattern");
        Option<BytePath[]> include = PathArgument.Options("--include", "keep what matches, whatever later patterns say");
        Option<BytePath[]> excludeFrom = PathArgument.Options("--exclude-from", "read patterns from a file, one a line");
        Option<bool> caches = new("--exclude-caches", "--cachedir-tag") { Description = "leave out what lies in caches (CACHEDIR.TAG)" };
        Option<bool> noDump = new("--nodump") { Description = "leave out what has the attribute d of chattr(1)" };
        Option<bool> noAttributes = new("--no-xattrs") { Description = "leave extended attributes and access control lists unread" };
        Option<string?> host = new("--host") { Description = "whose files they are; else this machine's", HelpName = "name" };
        Option<string?> subset = new("--subset") { Description = "which part of the host's files they are", HelpName = "name" };
        Option<bool> ignoreCtime = new("--ignore-ctime") { Description = "a file may be unchanged although its inode was changed" };
        Option<bool> ignoreInode = new("--ignore-inode") { Description = "a file may be unchanged although it has another inode" };
        Option<bool> reread = new("--reread") { Description = "read every file, unchanged or not" };
        Option<bool> full = new("--full") { Description = "as --reread, and without bs-since in the pipeline" };
        Option<long> average = SizeArgument.Option("--average", "average length of a chunk; else the repository's", 0);
        Option<bool> noDelta = new("--no-delta") { Description = "store no chunk as a delta against an earlier saveset" };
        Option<bool> noCache = new("--no-cache") { Description = "leave the page cache as it is" };
        Option<int> jobs = CountArgument.Option("--jobs", "-j", "how many threads take digests and compress", 0, least: 1, most: 64);
        Option<bool> count = new("--count") { Description = "walk once before, so that the progress knows how much there is" };
        Option<bool> guard = new("--guard") { Description = "publish nothing if a root is missing, empty or far smaller than in the last saveset" };
        Option<int> stalled = CountArgument.Option("--stalled", null, "say when a read takes longer than so many seconds; 0: never, else 60", -1);
        Option<int> publishEvery = CountArgument.Option("--publish-every", null, "publish what there is every so many seconds; 0: never, else 300", -1);
        Option<ProgressMode> progress = ProgressArgument.Option(ProgressMode.Auto);
        Option<bool> init = new("--init") { Description = "make the repository if there is invalid" };
        Option<bool> list = new("--list") { Description = "say of every entry what became of it" };
        Option<bool> verbose = new("--verbose", "-v") { Description = "let every program say what it did" };
        Option<bool> dryRun = new("--dry-run", "-n") { Description = "print the command and do not run it" };
        exclude.HelpName = include.HelpName = "pattern";
        excludeFrom.HelpName = "file";
        RootCommand root = new("save trees: the whole pipeline in one line")
        {
            roots, oneFileSystem, exclude, include, excludeFrom, caches, noDump, noAttributes, host, subset, ignoreCtime, ignoreInode, reread, full, average, noDelta, noCache, jobs, count,
            guard, stalled, publishEvery, progress, init, list, verbose, dryRun,
        };
        stalled.HelpName = publishEvery.HelpName = "seconds";
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        ProfileArgument profile = ProfileArgument.AddTo(root);
        return Tool.RunAsync("bs-save", root, args, (given, tool, _) =>
        {
            ParseResult options = profile.Apply(given, args);
            BytePath path = repository.Get(options);
            BytePath[] named = options.GetValue(roots) ?? [];
            if (named.Length == 0)
            {
                throw new BackshiftException(ExitCode.Usage, "missing operand: root", "name the roots to save: bs-save /home");
            }

            string[] loud = Flag(options, verbose);
            SaveOptions save = new()
            {
                Roots = named,
                Repository = path,
                Init = options.GetValue(init) && FileStatus.TryGet(path.Join(RepositoryLayout.ConfigurationName), out FileStatus _) != 0,
                Full = options.GetValue(full),
                ForWalk =
                [
                    .. Flag(options, oneFileSystem), .. Flag(options, caches), .. Flag(options, noDump), .. Flag(options, noAttributes), .. Flag(options, count), .. Flag(options, guard),
                    .. Given(stalled, options.GetValue(stalled)), .. Text(options, host), .. Text(options, subset), .. loud,
                    .. Patterns(given, options, exclude, include, excludeFrom),
                ],
                ForSince = [.. Flag(options, ignoreCtime), .. Flag(options, ignoreInode), .. Flag(options, reread), .. loud],
                ForChunk = [.. Number(average, options.GetValue(average)), .. Flag(options, noCache), .. Flag(options, ignoreInode), .. Given(stalled, options.GetValue(stalled)), .. loud],
                ForStore =
                [
                    .. Flag(options, noDelta), .. Flag(options, noCache), .. Flag(options, guard), .. Flag(options, list), .. Number(jobs, options.GetValue(jobs)), .. Given(publishEvery, options.GetValue(publishEvery)),
                    .. Progress(options.GetValue(progress)), .. loud,
                ],
            };
            ReadOnlySpan<byte> command = SavePipeline.Command(save, ProgramPlaces.Own().Find);
            if (options.GetValue(dryRun))
            {
                Print(tool.OpenText(), command);
                return Task.FromResult(ExitCode.Done);
            }

            // In the place of this process: its status is the shell's, which is the last program's. The shell would die of SIGUSR1, and so would a program of the
            // pipeline that is still starting; ignored, it stays so until the program answers it.
            Machine.Execute(BytePath.Of("/bin/sh"), ["sh"u8.ToArray(), "-c"u8.ToArray(), [.. "trap '' USR1\n"u8, .. command]]);
            return Task.FromResult(ExitCode.Bug);
        });
    }

    /// <summary>The first pattern that matches decides, so the command line's stand before those of the profile.</summary>
    private static List<string> Patterns(ParseResult given, ParseResult all, params ReadOnlySpan<Option> which)
    {
        List<GivenOption> own = OptionOrder.Of(given, which);
        List<GivenOption> both = OptionOrder.Of(all, which);
        List<string> words = [];
        foreach ((Option option, string? pattern) in (List<GivenOption>)[.. own, .. both[..(both.Count - own.Count)]])
        {
            words.Add(option.Name);
            words.Add(pattern ?? "");
        }

        return words;
    }

    private static string[] Flag(ParseResult options, Option<bool> option) => options.GetValue(option) ? [option.Name] : [];

    private static string[] Text(ParseResult options, Option<string?> option) => options.GetValue(option) is { } text ? [option.Name, text] : [];

    /// <summary>A number of which 0 means something.</summary>
    private static string[] Given(Option option, int value) => value < 0 ? [] : Number(option, value, none: -1);

    private static string[] Number(Option option, long value, long none = 0) => value == none ? [] : [option.Name, value.ToString(CultureInfo.InvariantCulture)];

    private static string[] Progress(ProgressMode mode) => mode == ProgressMode.Auto ? [] : ["--progress", mode.ToString().ToLowerInvariant()];

    private static void Print(Stream output, ReadOnlySpan<byte> command)
    {
        // A backslash shows as two; any other one means that a name has bytes which a terminal must not see. That command is shown, but not fit to be run.
        string escaped = Escaping.Display(command);
        bool safe = !escaped.Replace(@"\\", "", StringComparison.Ordinal).Contains('\\', StringComparison.Ordinal);
        ReadOnlySpan<byte> shown = safe || !Descriptors.IsTerminal(1) ? command : System.Text.Encoding.UTF8.GetBytes(escaped);
        output.Write([.. shown, (byte)'\n']);
    }
}
