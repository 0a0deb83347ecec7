using System.CommandLine;
using System.Text;
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
        Option<bool> readData = new("--read-data") { Description = "read every block and verify every chunk against its digest" };
        Option<bool> markDamaged = new("--mark-damaged")
        {
            Description = "condemn damaged packs, so that later saves store again the chunks that they need from them; needs --read-data",
        };
        Option<int> jobs = CountArgument.Option(
            "--jobs", "-j", "number of threads that read and decompress (default: one per processor)", Environment.ProcessorCount, least: 1, most: 64);
        RootCommand root = new("check a repository; without --mark-damaged nothing is changed") { readData, markDamaged, jobs };
        RepositoryArgument repository = RepositoryArgument.AddTo(root, asOperand: true);
        return Tool.RunAsync("bs-check", root, args, (options, tool, cancel) =>
        {
            if (options.GetValue(markDamaged) && !options.GetValue(readData))
            {
                throw new BackshiftException(ExitCode.Usage, "--mark-damaged needs --read-data");
            }

            using RepositoryDirectory directory = RepositoryDirectory.Open(repository.Get(options));
            using WorkerPool workers = new(options.GetValue(jobs));
            using RepositoryCheck check = new(directory, workers, finding => tool.Warn(finding.ToString()));
            check.Run(options.GetValue(readData), cancel);
            if (check.DamagedRuns > 0 && options.GetValue(markDamaged))
            {
                tool.Warn($"{SizeText.Count(check.DamagedRuns)} runs of the index are rebuilt");
            }

            if (options.GetValue(markDamaged) && (check.DamagedRuns > 0 || check.DamagedPacks > 0))
            {
                check.MarkDamaged(tool.Clock);
            }

            if (check.DamagedPacks > 0 && options.GetValue(markDamaged))
            {
                tool.Warn($"{SizeText.Count(check.DamagedPacks)} packs are condemned as damaged: later saves store again the chunks that they need from them");
            }
            else if (check.DamagedPacks > 0)
            {
                tool.Warn(
                    $"{SizeText.Count(check.DamagedPacks)} packs have damaged blocks",
                    "run bs-check --read-data --mark-damaged, so that later saves store the damaged chunks again");
            }

            tool.OpenText().Write(Encoding.UTF8.GetBytes(CheckSummary.Of(check.Counts) + "\n"));
            return Task.FromResult(check.Counts switch { { Damage: > 0 } => ExitCode.DataError, { Unknown: > 0 } => ExitCode.Incomplete, _ => ExitCode.Done });
        });
    }
}
