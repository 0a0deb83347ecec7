using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Sealing;

namespace Backshift.Tooling;

public sealed partial class ProcessKeys
{
    private const string State = "XDG_STATE_HOME";
    private const string Home = "HOME";

    /// <summary>Whether the key of a host that may only save is enough for this program. To be set before a key is asked for.</summary>
    public bool SavesOnly { get; set; }

    public HostKey? TryGetHostKey(BytePath repository, ReadOnlySpan<byte> configuration)
    {
        if (Value(KeyFile) is not { } file)
        {
            return null;
        }

        string text = Encoding.Latin1.GetString(ReadFile(new BytePath(file)));
        if (!HostKey.IsText(text))
        {
            return null;
        }

        HostKey key = HostKey.TryParse(text)
            ?? throw new BackshiftException(ExitCode.NotPermitted, $"{new BytePath(file)}: is no host key, or was damaged", "make another one: bs-key host");
        if (SavesOnly)
        {
            return key;
        }

        key.Dispose();
        throw new BackshiftException(ExitCode.NotPermitted,
            $"{new BytePath(file)}: is the key of host {Escaping.Display(Encoding.UTF8.GetBytes(key.Host))}, which can only save",
            "this needs the passphrase, or the key itself: see bs-key(1)");
    }

    public BytePath CopiesOf(ReadOnlySpan<byte> configuration)
    {
        BytePath state = Value(State) is { } given ? new BytePath(given)
            : Value(Home) is { } home ? new BytePath(home).Join(".local").Join("state")
            : BytePath.Of("/var/lib");
        return state.Join("backshift").Join(Convert.ToHexStringLower(configuration[..16]));
    }
}
