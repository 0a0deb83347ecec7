using System.CommandLine;
using System.Numerics;
using Backshift.Chunking;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Objects;
using Backshift.Tooling;

namespace Backshift.Tools.Chunk;

internal static class Program
{
    internal const string Name = "bs-chunk";
    private const int MostReaders = 64;

    private static readonly Option<long> Average = SizeArgument.Option(
        "--average", "average length of a chunk, a power of two from 4K to 1M; else the repository's, or 16K", 0, CutterSizes.SmallestAverage, CutterSizes.LargestAverage);

    internal static Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("cut the contents of files into chunks") { Average };
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        Option<int> readers = CountArgument.Option("--jobs", "-j", "how many files to open and read at a time; else 4", 4, 1, MostReaders);
        Option<bool> digest = new("--digest") { Description = "add the digest of every chunk" };
        Option<bool> noCache = new("--no-cache") { Description = "leave the page cache as it is" };
        Option<bool> ignoreInode = new("--ignore-inode") { Description = "read a file although it has another inode than when it was walked" };
        Option<bool> verbose = new("--verbose", "-v") { Description = "say at the end what was done" };
        Option<int> stalled = StalledArgument.Option();
        Option<ProgressMode> progress = ProgressArgument.Option(ProgressMode.None);
        root.Options.Add(readers);
        root.Options.Add(digest);
        root.Options.Add(noCache);
        root.Options.Add(ignoreInode);
        root.Options.Add(verbose);
        root.Options.Add(progress);
        root.Options.Add(stalled);
        return Tool.RunAsync(Name, root, args, async (options, tool, cancel) =>
        {
            ChunkSettings settings = Settings(options, repository) with
            {
                Readers = options.GetValue(readers),
                Digests = options.GetValue(digest),
                LeaveCache = options.GetValue(noCache),
                IgnoreInode = options.GetValue(ignoreInode),
            };
            using Progress shown = tool.ShowProgress(options.GetValue(progress));
            using StallWatch watch = tool.WatchForStalls(options.GetValue(stalled));
            using ChunkStage stage = new(new RecordReader(tool.OpenInput()), new RecordWriter(tool.OpenOutput()), settings, message => tool.Warn(message), shown, watch: watch);
            ExitCode status = await watch.RunAsync(() => stage.RunAsync(cancel), cancel);
            if (options.GetValue(verbose))
            {
                tool.Warn($"{SizeText.Count(shown.Counts.Entries)} files, {SizeText.Bytes(shown.Counts.Bytes)}, {SizeText.Bytes(stage.SameBytes)} of them unchanged, {SizeText.Count(stage.Links)} links, {SizeText.Count(stage.Problems)} problems");
            }

            return status;
        });
    }

    private static ChunkSettings Settings(ParseResult options, RepositoryArgument repository)
    {
        long average = options.GetValue(Average);
        if (average != 0 && !BitOperations.IsPow2(average))
        {
            throw new BackshiftException(ExitCode.Usage, $"--average: {average} is not a power of two");
        }

        // A repository that bs-store is about to make is made with the public defaults.
        if (!repository.TryGet(options, out BytePath? path) || (!repository.IsNamed(options) && RepositoryDirectory.IsVacant(path.Value)))
        {
            return new ChunkSettings(new CutterKey(CutterKey.PublicSeed), average == 0 ? RepositoryConfig.DefaultAverage : (int)average);
        }

        RepositoryConfig config = RepositoryConfig.Read(path.Value);
        return new ChunkSettings(new CutterKey(config.CutterSeed), average == 0 ? config.CutterAverage : (int)average);
    }
}
