using System.CommandLine;
using System.Text.Unicode;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>The options --host and --subset: whose files a stream or a saveset describes.</summary>
public sealed class OriginArguments
{
    private const int Longest = 255;

    private readonly Option<string?> host;
    private readonly Option<string?> subset;

    private OriginArguments(string hostDescription, string subsetDescription)
    {
        host = new Option<string?>("--host") { Description = hostDescription, HelpName = "name" };
        subset = new Option<string?>("--subset") { Description = subsetDescription, HelpName = "name" };
    }

    /// <summary>For a program that begins a stream.</summary>
    public static OriginArguments AddTo(RootCommand root) =>
        AddTo(root, "host name to record (default: this machine's)", "name of the part of the host that is saved (default: none)");

    internal static OriginArguments AddTo(RootCommand root, string hostDescription, string subsetDescription)
    {
        OriginArguments arguments = new(hostDescription, subsetDescription);
        root.Options.Add(arguments.host);
        root.Options.Add(arguments.subset);
        return arguments;
    }

    /// <summary>Whose files they are: what the command line says, or this machine's name.</summary>
    /// <exception cref="BackshiftException">It is no name.</exception>
    public string Host(ParseResult options) => GivenHost(options) ?? Machine.HostName();

    /// <summary>Whose files the command line says that they are, or null.</summary>
    /// <exception cref="BackshiftException">It is no name.</exception>
    public string? GivenHost(ParseResult options) => NameOf(options.GetValue(host), "--host");

    /// <summary>Which part of them, or null for all.</summary>
    /// <exception cref="BackshiftException">It is no name.</exception>
    public string? Subset(ParseResult options) => NameOf(options.GetValue(subset), "--subset");

    /// <summary>The words that hand these options on to another program.</summary>
    public IEnumerable<string> Words(ParseResult options) => PassedOptions.Words(options, host, subset);

    /// <summary>A begin record that says so, and when, and that <paramref name="tool"/> wrote it.</summary>
    /// <exception cref="BackshiftException">A name is not one.</exception>
    public BeginRecord Begin(ParseResult options, Tool tool) => new()
    {
        Host = Host(options),
        Subset = Subset(options),
        Started = UnixTime.Now(tool.Clock),
        Save = BeginRecord.NewSave(),
        Stages = [tool.Name],
    };

    private static string? NameOf(string? name, string option)
    {
        byte[] bytes = name is null ? [] : ArgumentText.ToBytes(name);
        return name is null || (bytes.Length is > 0 and <= Longest && Utf8.IsValid(bytes))
            ? name
            : throw new BackshiftException(ExitCode.Usage, $"{option}: a name is 1 to {Longest} bytes of UTF-8");
    }
}
