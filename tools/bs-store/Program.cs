using System.CommandLine;
using Backshift.Posix;
using Backshift.Repository.Configuration;
using Backshift.Repository.Saving;
using Backshift.Tooling;

namespace Backshift.Tools.Store;

internal static class Program
{
    internal const string Name = "bs-store";

    internal static Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("store a stream in a repository and record it as a saveset");
        StoreArguments how = StoreArguments.AddTo(root);
        Option<bool> forward = new("--forward") { Description = "write the stream with references to standard output, for bs-index, and record no saveset" };
        Option<bool> noCache = CacheArgument.Option();
        Option<long> publishBytes = SizeArgument.Option(
            "--publish-bytes", "amount of new data after which to publish a checkpoint; 0 for no limit (default: 0)", 0);
        Option<bool> verbose = new("--verbose", "-v") { Description = "print the summary line even if standard error is not a terminal" };
        foreach (Option option in (Option[])[forward, noCache, publishBytes, verbose])
        {
            root.Options.Add(option);
        }

        SavesetArguments saveset = SavesetArguments.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root, asOperand: true);
        return Tool.RunAsync(Name, root, args, async (options, tool, cancel) =>
        {
            tool.Keys.SavesOnly = true;
            SavesetArguments.Given given = saveset.Get(options);
            SavesetOptions kept = new(given.Host, given.Subset, given.Time, Deltas: !how.NoDelta(options), $"{tool.Name} {Tool.Version}") { Tags = given.Tags };
            StoreOptions store = new(kept, how.Jobs(options))
            {
                PublishEvery = how.PublishEvery(options),
                PublishBytes = options.GetValue(publishBytes),
                Verbose = options.GetValue(verbose),
                List = how.List(options),
                Guard = given.Guard,
                Forward = options.GetValue(forward),
                Verify = how.Verify(options),
            };
            store.Check();
            BytePath path = repository.Get(options);
            bool isPlain = how.IsPlain(options);
            if (how.Init(options))
            {
                RepositoryDirectory.CreateIfMissing(path, NewRepository.Usual(tool.Clock), note => tool.Warn(note),
                    () => tool.Keys.LockOf(path, isPlain, tool.Clock));
            }

            // Opened before standard input: a missing repository is reported even if nothing is piped in.
            using RepositoryDirectory directory = RepositoryDirectory.Open(path, tool.Keys, leavesCache: options.GetValue(noCache), mayKeep: true);
            Stream input = tool.OpenInput();
            using Progress shown = tool.ShowProgress(how.Progress(options));
            StoreRun run = new(directory, store, tool, shown);
            using PipelineIntent ended = new(directory);
            return store.Forward ? await run.ForwardAsync(input, tool.OpenOutput(), cancel) : await run.SaveAsync(input, tool.OpenText(), cancel);
        });
    }
}
