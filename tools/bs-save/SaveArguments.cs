using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Tooling;

namespace Backshift.Tools.Save;

/// <summary>The options of bs-save. Those of the stages are the stages' own groups, and their values are handed on as they were given.</summary>
internal sealed class SaveArguments
{
    private readonly Argument<BytePath[]> roots = PathArgument.Operands("root", "directories and files to save, with everything below them");
    private readonly Option<bool> guard = new("--guard")
    {
        Description = "publish nothing if a root is missing, empty or much smaller than in the last saveset",
    };

    private readonly Option<string[]> tag = TagArgument.Option();
    private readonly Option<bool> full = new("--full") { Description = "read every file, with no bs-since in the pipeline" };
    private readonly Option<bool> noCache = CacheArgument.Option();
    private readonly Option<bool> verbose = new("--verbose", "-v") { Description = "have every program report what it did" };
    private readonly Option<bool> dryRun = new("--dry-run", "-n") { Description = "print the command without running it" };
    private readonly WalkArguments walk;
    private readonly OriginArguments origin;
    private readonly SinceArguments since;
    private readonly AverageArgument average;
    private readonly StoreArguments store;
    private readonly RepositoryArgument repository;
    private readonly ProfileArgument profile;

    private SaveArguments(RootCommand root)
    {
        root.Arguments.Add(roots);
        walk = WalkArguments.AddTo(root);
        origin = OriginArguments.AddTo(root);
        root.Options.Add(tag);
        root.Options.Add(guard);
        since = SinceArguments.AddTo(root);
        root.Options.Add(full);
        average = AverageArgument.AddTo(root);
        root.Options.Add(noCache);
        store = StoreArguments.AddTo(root);
        root.Options.Add(verbose);
        root.Options.Add(dryRun);
        repository = RepositoryArgument.AddTo(root);
        profile = ProfileArgument.AddTo(root);
    }

    internal static SaveArguments AddTo(RootCommand root) => new(root);

    /// <summary>The save that the command line and its profile ask for.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="args">The arguments from which it was read.</param>
    /// <exception cref="BackshiftException">Called wrongly, or the profile is not usable.</exception>
    internal SaveOptions Read(ParseResult line, string[] args)
    {
        ParseResult options = profile.Apply(line, args);
        BytePath path = repository.Get(options);
        BytePath[] named = options.GetValue(roots) ?? [];
        if (named.Length == 0)
        {
            throw new BackshiftException(ExitCode.Usage, "missing operand: root", "name the roots to save: bs-save /home");
        }

        average.Get(options);
        TagArgument.Get(options, tag);
        string[] loud = [.. PassedOptions.Words(options, verbose)];
        string[] stalled = [.. PassedOptions.Words(options, walk.Stalled)];
        return new SaveOptions
        {
            Roots = named,
            Repository = path,
            Init = store.Init(options) && !RepositoryDirectory.Exists(path),
            Plain = store.IsPlain(options),
            Full = options.GetValue(full),
            DryRun = options.GetValue(dryRun),
            ForWalk =
            [
                .. walk.Words(options), .. PassedOptions.Words(options, guard), .. stalled, .. origin.Words(options), .. loud,
                .. walk.Patterns.Words(line, options),
            ],
            ForSince = [.. since.Words(options), .. loud],
            ForChunk = [.. average.Words(options), .. PassedOptions.Words(options, noCache, since.IgnoreInodeOption), .. stalled, .. loud],
            ForStore = [.. PassedOptions.Words(options, noCache, tag, guard), .. store.Words(options), .. loud],
        };
    }
}
