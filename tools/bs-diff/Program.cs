using System.CommandLine;
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
        Argument<string> first = new("saveset") { Description = "HOST@TIME, @latest or @latest~N" };
        Argument<string> second = new("other") { Description = "what it is compared with: another saveset; - for a stream on standard input" };
        Argument<BytePath[]> paths = PathArgument.Operands("path", "files and directories; without one, everything");
        Option<string[]> ignore = new("--ignore") { Description = "do not compare: content, mode, owner, mtime, xattrs, flags, links", HelpName = "aspect" };
        Option<bool> nul = new("--null", "-0") { Description = "end lines in NUL" };
        Option<bool> json = new("--json") { Description = "a JSON object a line" };
        Option<bool> quiet = new("--quiet", "-q") { Description = "write nothing; the status tells" };
        RootCommand root = new("tell in what two savesets, or a saveset and a stream, differ") { first, second, paths, ignore, nul, json, quiet };
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        return Tool.RunAsync("bs-diff", root, args, async (options, tool, cancel) =>
        {
            DiffOptions diff = new()
            {
                Ignored = AspectNames.Parse(options.GetValue(ignore) ?? []),
                Json = options.GetValue(json),
                Null = options.GetValue(nul),
                Quiet = options.GetValue(quiet),
                Escape = Descriptors.IsTerminal(1),
            };
            PathSelection selection = new(options.GetValue(paths) ?? []);
            using RepositoryReader reader = RepositoryReader.Open(repository.Get(options), trouble => tool.Warn(trouble.Message, trouble.Hint));
            Saveset saveset = reader.Find(options.GetValue(first)!);
            string other = options.GetValue(second)!;
            StreamSide? stream = other == "-" ? new StreamSide(tool.OpenInput(), reader, selection) : null;
            if (stream is not null)
            {
                await stream.BeginAsync(cancel);
            }

            using SortedStream? sorted = stream is { IsSorted: false } ? new SortedStream(stream, reader, reader.Cursor(saveset), !diff.Ignored.HasFlag(Aspects.Content)) : null;
            using SavedSide left = new(reader, saveset, selection);
            using SavedSide? right = stream is null ? new SavedSide(reader, reader.Find(other), selection) : null;
            bool differ = await new DiffStage(left, sorted ?? (IEntrySide?)stream ?? right!, new OutputBuffer(tool.OpenText()), diff).RunAsync(cancel);
            if (stream?.Problems is > 0 and long problems)
            {
                tool.Warn($"the stream reports {problems} {(problems == 1 ? "problem" : "problems")}: entries that could not be read are shown as removed or changed");
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
}
