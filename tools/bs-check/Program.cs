using System.CommandLine;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Workers;
using Backshift.Tooling;

namespace Backshift.Tools.Check;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("check a repository, and repair it if asked; without --repair, --mark-damaged or --record nothing is changed");
        CheckArguments arguments = CheckArguments.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root, asOperand: true);
        return Tool.RunAsync("bs-check", root, args, (options, tool, cancel) =>
        {
            CheckOptions asked = arguments.Read(options);
            using RepositoryDirectory directory = RepositoryDirectory.Open(repository.Get(options), tool.Keys);
            using WorkerPool workers = new(asked.Jobs);
            using CheckReport report = new(tool, asked.Json);
            CheckRun run = new(directory, workers, report, tool, cancel);
            ExitCode status = asked.Repair ? run.Repair(asked) : run.Check(asked);
            directory.VerifyPlace();
            return Task.FromResult(status);
        });
    }
}
