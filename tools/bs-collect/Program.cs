using System.CommandLine;
using Backshift.Records;
using Backshift.Repository.Collecting;
using Backshift.Repository.Configuration;
using Backshift.Repository.Workers;
using Backshift.Tooling;

namespace Backshift.Tools.Collect;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("delete what no saveset needs, and give its space back; saves and restores may go on meanwhile");
        CollectArguments arguments = CollectArguments.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root, asOperand: true);
        return Tool.RunAsync("bs-collect", root, args, (options, tool, cancel) =>
        {
            tool.Keys.CollectsOnly = true;
            using RepositoryDirectory directory = RepositoryDirectory.Open(repository.Get(options), tool.Keys);
            using WorkerPool workers = new(arguments.Jobs(options));
            CollectOptions asked = arguments.Read(options, tool.Clock);
            Collection collection = new(directory, workers, asked, line => tool.Warn(line), tool.Clock, cancel);
            collection.Run();
            directory.VerifyPlace();
            CollectSummary.Write(tool.OpenText(), collection.Counts, asked.DryRun, arguments.IsJson(options));
            return Task.FromResult(collection.Counts.Faults > 0 ? ExitCode.Incomplete : ExitCode.Done);
        });
    }
}
