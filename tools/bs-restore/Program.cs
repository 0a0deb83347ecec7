using System.CommandLine;
using Backshift.Objects;
using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Reading;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.Restore;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Argument<string> saveset = SavesetArgument.OrStream();
        Argument<BytePath[]> paths = PathArgument.Operands("path", "files and directories to restore (default: everything)");
        RootCommand root = new("restore a saveset, or parts of it, into a directory") { saveset, paths };
        RestoreArguments arguments = RestoreArguments.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        Option<bool> hide = HideAccessArgument.AddTo(root);
        return Tool.RunAsync("bs-restore", root, args, async (options, tool, cancel) =>
        {
            HideAccessArgument.Apply(hide, options, tool.Keys);
            string name = options.GetValue(saveset)!;
            RestoreOptions restore = arguments.Read(options, stream: name == "-");
            PathSelection selection = new(options.GetValue(paths) ?? []);
            using UnixFile top = UnixFile.Open(arguments.Directory(options), OpenFor.Directory);
            OutputBuffer? output = restore.DryRun || restore.Verbose ? new OutputBuffer(tool.OpenText()) : null;
            ChangeLines lines = new(output, Descriptors.IsTerminal(1));
            RestoreTarget target = new(top, restore, new RestoreReport(message => tool.Warn(message), restore.Verbose), lines, tool.Clock);
            ProgressMode how = output is not null && Descriptors.IsTerminal(1) ? ProgressMode.None : arguments.Progress(options);
            RepositoryReader? reader = null;
            try
            {
                if (name == "-")
                {
                    Stream input = tool.OpenInput();
                    using Progress progress = tool.ShowProgress(how, ProgressKind.Restoring);
                    using StreamRestore stream = new(input, OpenIfNamed, selection, target, progress);
                    return await stream.RunAsync(cancel);
                }

                reader = Open(repository.Get(options));
                Saveset found = reader.Find(name);
                using Progress shown = tool.ShowProgress(how, ProgressKind.Restoring);
                shown.Expect(selection.Count > 0 ? null : new EstimateNote(EstimateNote.Count, found.Entries, found.Bytes));
                using SavesetRestore run = new(reader, found, selection, target, shown);
                return run.Run(cancel);
            }
            finally
            {
                lines.Flush();
                reader?.Dispose();
            }

            RepositoryReader? OpenIfNamed() => reader ??= repository.TryGet(options, out BytePath? path) ? Open(path.Value) : null;

            RepositoryReader Open(BytePath path) => RepositoryReader.Open(path, tool.Warn, ReadAhead.Workers, tool.Keys, FirstReads.Trees);
        });
    }
}
