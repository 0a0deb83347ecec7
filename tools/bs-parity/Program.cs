using System.CommandLine;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Protecting;
using Backshift.Tooling;

namespace Backshift.Tools.Parity;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("give packs parity, by which damaged sectors are restored");
        ParityArguments arguments = ParityArguments.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root, asOperand: true);
        return Tool.RunAsync("bs-parity", root, args, (options, tool, cancel) =>
        {
            using RepositoryDirectory directory = RepositoryDirectory.Open(repository.Get(options), tool.Keys);
            ParityOptions asked = arguments.Read(options, directory.Config.Parity);
            directory.PrepareForWriting();
            if (asked.Keep && asked.Share != directory.Config.Parity)
            {
                RepositorySettings.ChooseParity(directory, asked.Share, tool.Clock);
            }

            PackProtection protection = new(directory, asked.Share, asked.Renew, line => tool.Warn(line));
            if (asked.Share > 0)
            {
                protection.Run(cancel);
            }

            directory.VerifyPlace();
            ParitySummary.Write(tool.OpenText(), protection.Counts, asked.Json);
            return Task.FromResult(protection.Counts.Faults > 0 ? ExitCode.DataError : ExitCode.Done);
        });
    }
}
