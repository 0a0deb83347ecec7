using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Serving;
using Backshift.Repository.Judging;
using Backshift.Tooling;

namespace Backshift.Tools.Serve;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Option<long> rate = SizeArgument.Option(
            "--limit-rate", "pass no more than this in a second, in each direction (default: no limit)", 0, least: ObjectServer.LeastRate);
        Option<BytePath> log = PathArgument.Option("--log", "append to this file who has done what (default: none)");
        Option<string> client = new("--as")
        {
            Description = "name of the client in the log (default: its hosts, or the address that it comes from)",
            HelpName = "name",
            DefaultValueFactory = static _ => "",
        };
        Option<long> quota = SizeArgument.Option("--quota", "let the client fill no more than this, with --account (default: no limit)", 0, least: 1);
        Option<BytePath> account = PathArgument.Option("--account", "keep in this file what the client has added, for --quota (default: none)");
        Option<bool> noVerify = new("--no-verify") { Description = "do not look into what a client publishes that may not do everything" };
        RootCommand root = new("serve the objects of a repository on standard input and output") { account, client, rate, log, noVerify, quota };
        RightsArguments rights = RightsArguments.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root, asOperand: true);
        return Tool.RunAsync("bs-serve", root, args, (options, tool, _) =>
        {
            // What is sent to a whole pipeline is not meant for a server that one of its programs has started on this machine.
            tool.KeepIgnoredSignals();
            if (options.GetValue(account).IsEmpty != (options.GetValue(quota) == 0))
            {
                throw new BackshiftException(ExitCode.Usage, "--quota and --account belong together");
            }

            DirectoryPlace place = new(repository.Get(options));
            using ClientLog? notes = options.GetValue(log) is { IsEmpty: false } file
                ? new ClientLog(file, ClientName.Of(options.GetValue(client)!, rights.HostsOf(options)), tool.Clock) : null;
            using ClientQuota? filled = options.GetValue(account) is { IsEmpty: false } kept ? new ClientQuota(kept, options.GetValue(quota)) : null;
            Stream requests = tool.OpenInput("requests of other programs"), answers = tool.OpenOutput("answers to other programs");
            using ContentJudge? judge = options.GetValue(noVerify) ? null : new ContentJudge(place.Open);
            ObjectServer server = new(place, rights.Read(options), requests, answers, notes)
            {
                MostInSecond = options.GetValue(rate), Quota = filled, Judge = judge,
            };
            return Task.FromResult(server.Run());
        });
    }
}
