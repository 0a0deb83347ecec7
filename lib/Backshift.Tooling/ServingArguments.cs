using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Serving;

namespace Backshift.Tooling;

/// <summary>The options of a server about its client: its rights, its quota, how fast it is served, and the log of it.</summary>
public sealed class ServingArguments
{
    private readonly RightsArguments rights;
    private readonly Option<BytePath> account = PathArgument.Option(
        "--account", "keep in this file what the client has added, for --quota (default: none)");

    private readonly Option<string> client = new("--as")
    {
        Description = "name of the client in the log (default: its hosts, or the address that it comes from)",
        HelpName = "name",
        DefaultValueFactory = static _ => "",
    };

    private readonly Option<long> rate = SizeArgument.Option(
        "--limit-rate", "pass no more than this in a second, in each direction (default: no limit)", 0, least: ObjectServer.LeastRate);

    private readonly Option<BytePath> log = PathArgument.Option("--log", "append to this file who has done what (default: none)");

    private readonly Option<long> quota = SizeArgument.Option(
        "--quota", "let the client fill no more than this, with --account (default: no limit)", 0, least: 1);

    private ServingArguments(RootCommand root)
    {
        foreach (Option option in (Option[])[account, client, rate, log, quota])
        {
            root.Options.Add(option);
        }

        rights = RightsArguments.AddTo(root);
    }

    /// <summary>Adds the options.</summary>
    public static ServingArguments AddTo(RootCommand root) => new(root);

    /// <summary>Serves a client on standard input and output, until it ends.</summary>
    /// <param name="options">The command line.</param>
    /// <param name="tool">The program.</param>
    /// <param name="open">Says where the repository is.</param>
    /// <param name="judge">Makes what looks into objects that are to be published there; null for nothing.</param>
    /// <exception cref="BackshiftException">A file that the options name cannot be written, or the client does not keep to the page.</exception>
    public ExitCode Serve(ParseResult options, Tool tool, Func<IPlace> open, Func<IPlace, IContentJudge?>? judge = null)
    {
        // What is sent to a whole pipeline is not meant for a server that one of its programs has started.
        tool.KeepIgnoredSignals();
        if (options.GetValue(account).IsEmpty != (options.GetValue(quota) == 0))
        {
            throw new BackshiftException(ExitCode.Usage, "--quota and --account belong together");
        }

        IPlace place = open();
        using ClientLog? notes = options.GetValue(log) is { IsEmpty: false } file
            ? new ClientLog(file, ClientName.Of(options.GetValue(client)!, rights.HostsOf(options)), tool.Clock) : null;
        using ClientQuota? filled = options.GetValue(account) is { IsEmpty: false } kept ? new ClientQuota(kept, options.GetValue(quota)) : null;
        Stream requests = tool.OpenInput("requests of other programs"), answers = tool.OpenOutput("answers to other programs");
        using IContentJudge? judging = judge?.Invoke(place);
        ObjectServer server = new(place, rights.Read(options), requests, answers, notes)
        {
            MostInSecond = options.GetValue(rate), Quota = filled, Judge = judging,
        };
        return server.Run();
    }
}
