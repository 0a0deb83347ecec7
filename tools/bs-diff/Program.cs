using System.CommandLine;
using Backshift.Objects;
using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.Diff;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Argument<string> first = SavesetArgument.Operand();
        Argument<string> second = new("other") { Description = "another saveset to compare with; - for a stream on standard input" };
        Argument<BytePath[]> paths = PathArgument.Operands("path", "files and directories to compare (default: everything)");
        RootCommand root = new("show how two savesets, or a saveset and a stream, differ") { first, second, paths };
        DiffArguments arguments = DiffArguments.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        Option<bool> hide = HideAccessArgument.AddTo(root);
        return Tool.RunAsync("bs-diff", root, args, async (options, tool, cancel) =>
        {
            HideAccessArgument.Apply(hide, options, tool.Keys);
            DiffOptions diff = arguments.Read(options, Descriptors.IsTerminal(1));
            PathSelection selection = new(options.GetValue(paths) ?? []);
            using RepositoryReader reader = RepositoryReader.Open(repository.Get(options), tool.Warn, keys: tool.Keys, first: FirstReads.Trees);
            bool contents = !diff.Ignored.HasFlag(Aspects.Content);
            Saveset saveset = Find(reader, options.GetValue(first)!, contents);
            string other = options.GetValue(second)!;
            StreamSide? stream = other == "-" ? new StreamSide(tool.OpenInput(), reader, selection) : null;
            await (stream?.BeginAsync(cancel) ?? ValueTask.CompletedTask);
            using SortedStream? sorted = stream is { IsSorted: false } ? new SortedStream(stream, reader, reader.Cursor(saveset), contents) : null;
            using SavedSide? left = stream is null ? null : new SavedSide(reader, saveset, selection);
            using SavedPairs? saved = stream is null ? new SavedPairs(reader, saveset, Find(reader, other, contents), selection) : null;
            IEntryPairs pairs = saved ?? (IEntryPairs)new MergedSides(left!, sorted ?? (IEntrySide)stream!);
            bool differ = await new DiffStage(pairs, new OutputBuffer(tool.OpenText()), diff).RunAsync(cancel);
            if (stream?.Problems is > 0 and long problems)
            {
                string count = $"{problems} {(problems == 1 ? "problem" : "problems")}";
                tool.Warn($"the stream reports {count}: entries that could not be read are shown as removed or changed");
                return ExitCode.Incomplete;
            }

            ExitCode code = differ ? ExitCode.Different : ExitCode.Done;
            if (!(differ && diff.Quiet))
            {
                foreach (BytePath path in selection.Missing)
                {
                    tool.Warn($"{path}: is in neither");
                    code = ExitCode.NoInput;
                }
            }

            return code;
        });
    }

    private static Saveset Find(RepositoryReader reader, string name, bool contents) => contents ? reader.FindWithData(name) : reader.Find(name);
}
