using System.CommandLine;
using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Copying;
using Backshift.Repository.Workers;
using Backshift.Tooling;

namespace Backshift.Tools.Copy;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("copy savesets into another repository of the same key domain, by packs and missing chunks");
        CopyArguments arguments = CopyArguments.AddTo(root);
        return Tool.RunAsync("bs-copy", root, args, (options, tool, cancel) =>
        {
            CopyOptions asked = arguments.Read(options);
            tool.Keys.Keeps = true;
            using RepositoryDirectory from = RepositoryDirectory.Open(arguments.From(options), tool.Keys);
            using RepositoryDirectory to = RepositoryDirectory.Open(arguments.To(options), tool.Keys);
            using WorkerPool workers = new(arguments.Jobs(options));
            OutputBuffer output = new(tool.OpenText());
            bool listed = asked.DryRun && !arguments.IsJson(options);
            RepositoryCopy copy;
            using (Progress progress = tool.ShowProgress(asked.DryRun ? ProgressMode.None : arguments.Progress(options), ProgressKind.Copying))
            {
                CopyWatch watch = new() { Expect = progress.Expect, Begin = pack => progress.AddEntry(pack, size: null), Move = progress.AddBytes };
                copy = new RepositoryCopy(from, to, workers, asked, tool.Warn, watch, tool.Clock, cancel);
                copy.Run(() => NameLines.Read(tool.OpenInput("names")), name =>
                {
                    if (listed)
                    {
                        output.Write(Encoding.UTF8.GetBytes($"{Escaping.Display(Encoding.UTF8.GetBytes(name))}\n"));
                    }
                });
            }

            CopySummary.Write(output, copy.Counts, asked.DryRun, arguments.IsJson(options));
            return Task.FromResult(copy.Counts.Faults > 0 ? ExitCode.Incomplete : ExitCode.Done);
        });
    }
}
