using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Tooling;

namespace Backshift.Tools.Report;

internal static class Program
{
    private const int Rows = 15;

    internal static Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("write a report about the repository, as one HTML page");
        Option<int> rows = CountArgument.Option("--rows", null, "number of rows of each table of directories and problems (default: 15)", Rows, most: 1000);
        root.Options.Add(rows);
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        return Tool.RunAsync("bs-report", root, args, (options, tool, cancel) =>
        {
            bool damaged = false;
            using RepositoryReader reader = RepositoryReader.Open(repository.Get(options), Damaged, keys: tool.Keys);
            ReportFacts facts = new FactGathering(reader, options.GetValue(rows), Damaged, cancel).Gather(UnixTime.Now(tool.Clock));
            OutputBuffer output = new(tool.OpenText());
            new ReportPage(output, facts).Write();
            output.Flush();
            return Task.FromResult(damaged || !facts.Size.IsWhole ? ExitCode.DataError : ExitCode.Done);

            void Damaged(BackshiftException trouble)
            {
                damaged = true;
                tool.Warn(trouble);
            }
        });
    }
}
