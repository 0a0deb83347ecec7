using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Checking;
using Backshift.Repository.Measuring;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.Stat;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("measure what savesets, hosts and the repository hold");
        StatArguments arguments = StatArguments.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        return Tool.RunAsync("bs-stat", root, args, (options, tool, cancel) =>
        {
            StatOptions stat = arguments.Read(options);

            // What cannot be read is reported when everything is measured.
            using RepositoryReader reader = RepositoryReader.Open(repository.Get(options), static _ => { }, keys: tool.Keys);
            IEnumerable<Saveset> chosen = !stat.OfSavesets ? [] : stat.Names.Count == 0 ? reader.Savesets(stat.Filter)
                : NamedSavesets.Find(reader.Directory, stat.Names, () => NameLines.Read(tool.OpenInput("names")), tool.Clock, tool.Warn);
            HashSet<string> names = [.. chosen.Select(static saveset => saveset.Name)];
            RepositorySize size = Measurement.Measure(reader.Directory, saveset => names.Contains(saveset.Name), tool.Warn, cancel);
            OutputBuffer output = new(tool.OpenText());
            IReadOnlyList<PastCheck> checks = stat.Form == StatForm.Prometheus ? CheckHistory.Read(reader.Directory, tool.Warn).Checks : [];
            StatLines lines = new(output, size, stat, UnixTime.Now(tool.Clock), checks.Count > 0 ? checks[^1] : null);
            lines.Write();
            output.Flush();
            return Task.FromResult(size.IsWhole ? ExitCode.Done : ExitCode.DataError);
        });
    }
}
