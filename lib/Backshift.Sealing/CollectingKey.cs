using System.Security.Cryptography;

namespace Backshift.Sealing;

/// <summary>With it a program can expire savesets and delete what none of them needs, and read nothing in packs; see backshift-repository(5), "Collecting
/// keys".</summary>
public sealed class CollectingKey : IDisposable
{
    private const string Label = "BACKSHIFT COLLECTING KEY";

    private static readonly string[] Parts = ["configuration", "savesets", "collecting", "names", "index", "work", "authority"];

    internal CollectingKey()
    {
    }

    /// <summary>The SHA-256 at the end of the configuration of its repository.</summary>
    public required byte[] Configuration { get; init; }

    internal byte[] Savesets { get; init; } = [];

    /// <summary>The seed of the key pair of sessions of savesets.</summary>
    internal byte[] Collecting { get; init; } = [];

    internal byte[] Names { get; init; } = [];

    internal byte[] Index { get; init; } = [];

    internal byte[] Work { get; init; } = [];

    internal byte[] Authority { get; init; } = [];

    /// <summary>Makes the collecting key of a repository.</summary>
    /// <param name="root">The root key of the repository.</param>
    /// <param name="configuration">The SHA-256 at the end of its configuration.</param>
    public static CollectingKey Make(RootKey root, byte[] configuration)
    {
        using RepositoryKeys keys = RepositoryKeys.Derive(root, configuration);
        return keys.MakeCollectingKey(configuration);
    }

    /// <summary>Whether a text is meant to be a collecting key.</summary>
    public static bool IsText(string text) => KeyFile.IsText(text, Label);

    /// <summary>Reads the text of a collecting key.</summary>
    /// <returns>Null if it is none, or was damaged.</returns>
    public static CollectingKey? TryParse(string text) =>
        KeyFile.TryRead(text, Label, Parts) is { } file
        && file.Bytes("configuration") is { } configuration
        && file.Bytes("savesets") is { } savesets
        && file.Bytes("collecting") is { } collecting
        && file.Bytes("names") is { } names
        && file.Bytes("index") is { } index
        && file.Bytes("work") is { } work
        && file.Bytes("authority") is { } authority
            ? new CollectingKey
            {
                Configuration = configuration,
                Savesets = savesets,
                Collecting = collecting,
                Names = names,
                Index = index,
                Work = work,
                Authority = authority,
            }
            : null;

    /// <summary>Its text.</summary>
    public string ToText() => KeyFile.ToText(Label,
        ("configuration", Configuration, false), ("savesets", Savesets, false), ("collecting", Collecting, false), ("names", Names, false),
        ("index", Index, false), ("work", Work, false), ("authority", Authority, false));

    public void Dispose()
    {
        foreach (byte[] key in (byte[][])[Savesets, Collecting, Names, Index, Work, Authority])
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>The key that shows in a session of savesets which host it is of.</summary>
    /// <param name="savesets">The key of savesets.</param>
    /// <param name="host">What tells the host.</param>
    internal static byte[] IdentityOf(byte[] savesets, ReadOnlySpan<byte> host) =>
        HKDF.Expand(HashAlgorithmName.SHA256, savesets, SealingKeys.KeySize, (byte[])[.. "host"u8, .. host]);
}
