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
        Option<int> jobs = CountArgument.Option("--jobs", "-j", "how many threads read and decompress", Environment.ProcessorCount, least: 1, most: 64);
        RootCommand root = new("check that a repository is whole; changes nothing") { readData, jobs };
        RepositoryArgument repository = RepositoryArgument.AddTo(root, asOperand: true);
        return Tool.RunAsync("bs-check", root, args, (options, tool, cancel) =>
        {
            using RepositoryDirectory directory = RepositoryDirectory.Open(repository.Get(options));
            using WorkerPool workers = new(options.GetValue(jobs));
            using RepositoryCheck check = new(directory, workers, message => tool.Warn(message));
            check.Run(options.GetValue(readData), cancel);
            tool.OpenText().Write(Encoding.UTF8.GetBytes(Summary(check.Counts) + "\n"));
            return Task.FromResult(check.Counts.Damage > 0 ? ExitCode.DataError : ExitCode.Done);
        });
    }

    private static string Summary(CheckCounts counts)
    {
        string read = counts.BytesRead > 0 ? $", {SizeText.Bytes(counts.BytesRead)} read" : "";
        string damage = counts.Damage == 0 ? "no damage" : $"{SizeText.Count(counts.Damage)} damaged";
        return $"{SizeText.Count(counts.Savesets)} savesets, {SizeText.Count(counts.Entries)} entries, {SizeText.Count(counts.Packs)} packs, "
            + $"{SizeText.Count(counts.Chunks)} chunks, {SizeText.Count(counts.Runs)} runs{read}: {damage}";
    }
}
