using System.CommandLine;
using Backshift.Records;
using Backshift.Repository.Checking;
using Backshift.Repository.Configuration;
using Backshift.Repository.Workers;
using Backshift.Tooling;

namespace Backshift.Tools.Check;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("check a repository; without --mark-damaged nothing is changed");
        CheckArguments arguments = CheckArguments.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root, asOperand: true);
        return Tool.RunAsync("bs-check", root, args, (options, tool, cancel) =>
        {
            CheckOptions asked = arguments.Read(options);
            using RepositoryDirectory directory = RepositoryDirectory.Open(repository.Get(options));
            using WorkerPool workers = new(asked.Jobs);
            using CheckReport report = new(tool, asked.Json);
            using RepositoryCheck check = new(directory, workers, report.Write);
            DataScope scope = asked.Scope(tool.Clock);
            check.Run(scope, cancel);
            if (asked.MarkDamaged)
            {
                Mark(check, tool);
            }
            else if (check.DamagedPacks > 0)
            {
                tool.Warn(
                    $"{SizeText.Count(check.DamagedPacks)} packs have damaged blocks",
                    "run bs-check --read-data --mark-damaged, so that later saves store the damaged chunks again");
            }

            report.WriteSummary(check.Counts, scope);
            return Task.FromResult(check.Counts switch { { Damage: > 0 } => ExitCode.DataError, { Unknown: > 0 } => ExitCode.Incomplete, _ => ExitCode.Done });
        });
    }

    private static void Mark(RepositoryCheck check, Tool tool)
    {
        if (check.DamagedRuns > 0)
        {
            tool.Warn($"{SizeText.Count(check.DamagedRuns)} runs of the index are rebuilt");
        }

        if (check.DamagedRuns > 0 || check.DamagedPacks > 0)
        {
            check.MarkDamaged(tool.Clock);
        }

        if (check.DamagedPacks > 0)
        {
            tool.Warn($"{SizeText.Count(check.DamagedPacks)} packs are condemned as damaged: later saves store again the chunks that they need from them");
        }
    }
}
