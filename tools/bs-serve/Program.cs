using System.CommandLine;
using Backshift.Posix;
using Backshift.Remote.Serving;
using Backshift.Tooling;

namespace Backshift.Tools.Serve;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Option<bool> append = new("--append-only") { Description = "let the client save, and change or delete nothing" };
        Option<bool> collect = new("--collect") { Description = "let the client delete what no saveset needs" };
        Option<bool> expire = new("--expire") { Description = "let the client expire savesets, bring them back, and tag them" };
        Option<string[]> host = new("--host")
        {
            Description = "show the client the savesets of this host alone; may be repeated (default: all)",
            HelpName = "name",
        };
        Option<long> rate = SizeArgument.Option("--limit-rate", "pass no more than this in a second, in each direction (default: no limit)", 0, least: 1024);
        Option<BytePath> log = PathArgument.Option("--log", "append to this file who has done what (default: none)");
        Option<string> client = new("--as")
        {
            Description = "what the log calls the client (default: its hosts, or the address that it comes from)",
            HelpName = "name",
            DefaultValueFactory = static _ => "",
        };
        Option<bool> read = new("--read-only") { Description = "let the client read" };
        RootCommand root = new("serve the objects of a repository on standard input and output") { append, client, collect, expire, host, rate, log, read };
        RepositoryArgument repository = RepositoryArgument.AddTo(root, asOperand: true);
        return Tool.RunAsync("bs-serve", root, args, (options, tool, _) =>
        {
            // What is sent to a whole pipeline is not meant for a server that one of its programs has started on this machine.
            tool.KeepIgnoredSignals();
            ServingRights rights = new()
            {
                MayAppend = options.GetValue(append),
                MayCollect = options.GetValue(collect),
                MayExpire = options.GetValue(expire),
                MayRead = options.GetValue(read),
                Hosts = [.. (options.GetValue(host) ?? []).Select(ServingRights.FolderOf)],
            };
            DirectoryPlace place = new(repository.Get(options));
            using ClientLog? notes = options.GetValue(log) is { IsEmpty: false } file
                ? new ClientLog(file, ClientName.Of(options.GetValue(client)!, options.GetValue(host) ?? []), tool.Clock) : null;
            Stream requests = tool.OpenInput("requests of other programs"), answers = tool.OpenOutput("answers to other programs");
            return Task.FromResult(new ObjectServer(place, rights, requests, answers, notes) { MostInSecond = options.GetValue(rate) }.Run());
        });
    }
}
