using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.Chunk;

internal static class Program
{
    private const string Name = "bs-chunk";
    private const int DefaultReaders = 4;
    private const int MaxReaders = 64;

    internal static Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("cut the contents of files into chunks");
        AverageArgument average = AverageArgument.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        Option<int> readers = CountArgument.Option(
            "--jobs", "-j", $"number of files to open and read at a time (default: {DefaultReaders})", DefaultReaders, 1, MaxReaders);
        Option<bool> digest = new("--digest") { Description = "add the digest of every chunk to the stream" };
        Option<bool> noCache = CacheArgument.Option();
        Option<bool> ignoreInode = InodeArgument.Option();
        Option<bool> verbose = new("--verbose", "-v") { Description = "report at the end what was done" };
        Option<ProgressMode> progress = ProgressArgument.Option(ProgressMode.None);
        Option<int> stalled = StalledArgument.Option();
        foreach (Option option in (Option[])[readers, digest, noCache, ignoreInode, verbose, progress, stalled])
        {
            root.Options.Add(option);
        }

        return Tool.RunAsync(Name, root, args, async (options, tool, cancel) =>
        {
            tool.Keys.SavesOnly = true;
            BytePath? path = repository.TryGet(options, out BytePath? found) ? found : null;
            ChunkSettings settings = ChunkSettings.Of(average.Get(options), path, tool.Keys, mayBeVacant: !repository.IsNamed(options)) with
            {
                Readers = options.GetValue(readers),
                Digests = options.GetValue(digest),
                LeaveCache = options.GetValue(noCache),
                IgnoreInode = options.GetValue(ignoreInode),
            };
            using Progress shown = tool.ShowProgress(options.GetValue(progress));
            using StallWatch watch = tool.WatchForStalls(options.GetValue(stalled));
            PassThrough pass = new(new RecordReader(tool.OpenInput()), new RecordWriter(tool.OpenOutput()), tool.Name);
            using ChunkStage stage = new(pass, settings, message => tool.Warn(message), shown, watch: watch);
            ExitCode status = await watch.RunAsync(() => stage.RunAsync(cancel), cancel);
            if (options.GetValue(verbose))
            {
                tool.Warn(stage.Summary(shown.Counts));
            }

            return status;
        });
    }
}
