using System.CommandLine;
using Backshift.Remote.Serving;

namespace Backshift.Tooling;

/// <summary>The options of a server that say what its client may do.</summary>
internal sealed class RightsArguments
{
    private readonly Option<bool> append = new("--append-only") { Description = "let the client save, and change or delete nothing" };
    private readonly Option<bool> collect = new("--collect") { Description = "let the client delete what no saveset needs" };
    private readonly Option<bool> expire = new("--expire") { Description = "let the client expire savesets, bring them back, and tag them" };
    private readonly Option<string[]> host = new("--host")
    {
        Description = "show the client the savesets of this host alone; may be repeated (default: all)",
        HelpName = "name",
    };

    private readonly Option<bool> read = new("--read-only") { Description = "let the client read" };

    private RightsArguments()
    {
    }

    /// <summary>Adds the options.</summary>
    internal static RightsArguments AddTo(RootCommand root)
    {
        RightsArguments rights = new();
        foreach (Option option in (Option[])[rights.append, rights.collect, rights.expire, rights.host, rights.read])
        {
            root.Options.Add(option);
        }

        return rights;
    }

    /// <summary>The hosts that the client sees, as the command line names them; none for all.</summary>
    internal IReadOnlyList<string> HostsOf(ParseResult options) => options.GetValue(host) ?? [];

    /// <summary>What the command line grants.</summary>
    internal ServingRights Read(ParseResult options) => new()
    {
        MayAppend = options.GetValue(append),
        MayCollect = options.GetValue(collect),
        MayExpire = options.GetValue(expire),
        MayRead = options.GetValue(read),
        Hosts = [.. HostsOf(options).Select(ServingRights.FolderOf)],
    };
}
