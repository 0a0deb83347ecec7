using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Objects;
using Backshift.Repository.Packs;
using Backshift.Repository.Saving;
using Backshift.Tooling;

namespace Backshift.Tools.Store;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Option<bool> init = new("--init") { Description = "make the repository if there is invalid" };
        Option<bool> forward = new("--forward") { Description = "write the stream with references on standard output, for bs-index, and record no saveset" };
        Option<bool> noDelta = new("--no-delta") { Description = "store no chunk as a delta against an earlier saveset" };
        Option<bool> noCache = new("--no-cache") { Description = "keep what is stored out of the page cache" };
        Option<int> jobs = CountArgument.Option("--jobs", "-j", "how many threads take digests and compress", Environment.ProcessorCount, least: 1, most: 64);
        Option<int> publishEvery = CountArgument.Option("--publish-every", null, "publish what there is every so many seconds; 0: never, else 300", 300);
        Option<long> publishBytes = SizeArgument.Option("--publish-bytes", "and whenever so much is new; 0: never, which is the default", 0);
        Option<ProgressMode> progress = ProgressArgument.Option(ProgressMode.Auto);
        Option<bool> verbose = new("--verbose", "-v") { Description = "print the summary line elsewhere than on a terminal too" };
        Option<bool> guard = new("--guard") { Description = "record no saveset if a root is missing or far smaller than in the last one" };
        Option<bool> list = new("--list") { Description = "say of every entry what became of it" };
        RootCommand root = new("store a stream in a repository and record it as a saveset")
        {
            init, forward, noDelta, noCache, jobs, publishEvery, publishBytes, progress, verbose, guard, list,
        };
        publishEvery.HelpName = "seconds";
        SavesetArguments saveset = SavesetArguments.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root, asOperand: true);
        return Tool.RunAsync("bs-store", root, args, async (options, tool, cancel) =>
        {
            if (options.GetValue(list) && options.GetValue(forward))
            {
                throw new BackshiftException(ExitCode.Usage, "--list and --forward cannot be combined");
            }

            if (options.GetValue(guard) && options.GetValue(forward))
            {
                throw new BackshiftException(ExitCode.Usage, "--guard and --forward cannot be combined", "bs-index has --guard too");
            }

            BytePath path = repository.Get(options);
            SavesetArguments.Given given = saveset.Get(options);
            if (options.GetValue(init) && FileStatus.TryGet(path.Join(RepositoryLayout.ConfigurationName), out _) != 0)
            {
                try
                {
                    RepositoryDirectory.Create(path, NewRepository.Config(RepositoryConfig.DefaultAverage, CodecChoice.Default.ToString(), tool.Clock), note: note => tool.Warn(note)).Dispose();
                }
                catch (BackshiftException e) when (e.Code == ExitCode.CannotCreate && FileStatus.TryGet(path.Join(RepositoryLayout.ConfigurationName), out _) == 0)
                {
                    // Another writer has made it in the meantime: that is what was asked for.
                }
            }

            // What the reader of standard input needs comes first: a missing repository is said even if nothing was piped in.
            using RepositoryDirectory directory = RepositoryDirectory.Open(path);
            directory.Publisher.LeaveCache = options.GetValue(noCache);
            Stream input = tool.OpenInput();
            using Progress shown = tool.ShowProgress(options.GetValue(progress));
            SavesetOptions kept = new(given.Host, given.Subset, given.Time, Deltas: !options.GetValue(noDelta), $"{tool.Name} {Tool.Version}");
            StoreRun run = new(
                directory,
                new StoreOptions(kept, options.GetValue(jobs), TimeSpan.FromSeconds(options.GetValue(publishEvery)), options.GetValue(publishBytes), options.GetValue(verbose), options.GetValue(list), options.GetValue(guard)),
                tool,
                shown);
            return options.GetValue(forward) ? await run.ForwardAsync(input, tool.OpenOutput(), cancel) : await run.SaveAsync(input, tool.OpenText(), cancel);
        });
    }
}
