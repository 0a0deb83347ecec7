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

    /// <summary>Whether a key with which packs cannot be read is enough for this program, since it only expires and collects. To be set before a key is asked
    /// for.</summary>
    public bool CollectsOnly { get; set; }

    public HostKey? TryGetHostKey(BytePath repository, ReadOnlySpan<byte> configuration)
    {
        if (TextOfFile(HostKey.IsText, out BytePath file) is not { } text)
        {
            return null;
        }

        HostKey key = HostKey.TryParse(text)
            ?? throw new BackshiftException(ExitCode.NotPermitted, $"{file}: is no host key, or was damaged", "make another one: bs-key host");
        if (SavesOnly)
        {
            return key;
        }

        key.Dispose();
        throw new BackshiftException(ExitCode.NotPermitted,
            $"{file}: is the key of host {Escaping.Display(Encoding.UTF8.GetBytes(key.Host))}, which can only save",
            "this needs the passphrase, or the key itself: see bs-key(1)");
    }

    public CollectingKey? TryGetCollectingKey(BytePath repository, ReadOnlySpan<byte> configuration)
    {
        if (TextOfFile(CollectingKey.IsText, out BytePath file) is not { } text)
        {
            return null;
        }

        CollectingKey key = CollectingKey.TryParse(text) ?? throw new BackshiftException(
            ExitCode.NotPermitted, $"{file}: is no collecting key, or was damaged", "make another one: bs-key collector");
        if (CollectsOnly)
        {
            return key;
        }

        key.Dispose();
        throw new BackshiftException(ExitCode.NotPermitted, $"{file}: is a collecting key, with which one can expire and collect, and read nothing",
            "this needs the passphrase, or the key itself: see bs-key(1)");
    }

    /// <summary>The text of the key file; null if there is none, or it is of another kind.</summary>
    private string? TextOfFile(Func<string, bool> isOfKind, out BytePath file)
    {
        file = default;
        if (Value(KeyFile) is not { } given)
        {
            return null;
        }

        file = new BytePath(given);
        string text = Encoding.Latin1.GetString(ReadFile(file));
        return isOfKind(text) ? text : null;
    }

    public BytePath CopiesOf(ReadOnlySpan<byte> configuration)
    {
        BytePath state = Value(State) is { } given ? new BytePath(given)
            : Value(Home) is { } home ? new BytePath(home).Join(".local").Join("state")
            : BytePath.Of("/var/lib");
        return state.Join("backshift").Join(Convert.ToHexStringLower(configuration[..16]));
    }
}
