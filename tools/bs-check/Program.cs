using System.CommandLine;
using System.Text;
using Backshift.Records;
using Backshift.Repository.Checking;
using Backshift.Repository.Objects;
using Backshift.Repository.Working;
using Backshift.Tooling;

namespace Backshift.Tools.Check;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Option<bool> readData = new("--read-data") { Description = "read every block and hold every chunk against its digest" };
        Option<bool> markDamaged = new("--mark-damaged") { Description = "with --read-data: condemn the packs that are damaged, so that the next saves store again what they need of them" };
        Option<int> jobs = CountArgument.Option("--jobs", "-j", "how many threads read and decompress", Environment.ProcessorCount, least: 1, most: 64);
        RootCommand root = new("check that a repository is whole; without --mark-damaged nothing is changed") { readData, markDamaged, jobs };
        RepositoryArgument repository = RepositoryArgument.AddTo(root, asOperand: true);
        return Tool.RunAsync("bs-check", root, args, (options, tool, cancel) =>
        {
            if (options.GetValue(markDamaged) && !options.GetValue(readData))
            {
                throw new BackshiftException(ExitCode.Usage, "--mark-damaged needs --read-data");
            }

            using RepositoryDirectory directory = RepositoryDirectory.Open(repository.Get(options));
            using WorkerPool workers = new(options.GetValue(jobs));
            using RepositoryCheck check = new(directory, workers, message => tool.Warn(message));
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
                tool.Warn($"{SizeText.Count(check.DamagedPacks)} packs have damaged blocks", "run bs-check --read-data --mark-damaged, so that later saves store the damaged chunks again");
            }

            tool.OpenText().Write(Encoding.UTF8.GetBytes(Summary(check.Counts) + "\n"));
            return Task.FromResult(check.Counts switch { { Damage: > 0 } => ExitCode.DataError, { Unknown: > 0 } => ExitCode.Incomplete, _ => ExitCode.Done });
        });
    }

    private static string Summary(CheckCounts counts)
    {
        string read = counts.BytesRead > 0 ? $", {SizeText.Bytes(counts.BytesRead)} read" : "";
        string condemned = counts.Condemned > 0 ? $" ({SizeText.Count(counts.Condemned)} condemned)" : "";
        string damage = counts.Damage == 0 ? "no damage" : $"{SizeText.Count(counts.Damage)} damaged";
        return $"{SizeText.Count(counts.Savesets)} savesets, {SizeText.Count(counts.Entries)} entries, {SizeText.Count(counts.Packs)} packs{condemned}, "
            + $"{SizeText.Count(counts.Chunks)} chunks, {SizeText.Count(counts.Runs)} runs{read}: {damage}";
    }
}
