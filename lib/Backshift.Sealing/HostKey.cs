using System.Security.Cryptography;
using System.Text;
using Geralt;

namespace Backshift.Sealing;

/// <summary>With it a host can save under its name, and read nothing; see backshift-repository(5), "Host keys".</summary>
public sealed class HostKey : IDisposable
{
    private const string Label = "BACKSHIFT HOST KEY";
    private const int HostLimit = 80;
    private const int FolderLimit = 255;

    private static readonly string[] Names =
        ["host", "folder", "configuration", "public", "identity", "public_savesets", "identity_savesets", "subsets", "work", "chunks", "cutter"];

    internal HostKey()
    {
    }

    /// <summary>The name of the host, without escapes.</summary>
    public required string Host { get; init; }

    /// <summary>The SHA-256 at the end of the configuration of its repository.</summary>
    public required byte[] Configuration { get; init; }

    /// <summary>The name of its folder, encrypted.</summary>
    public string Folder { get; init; } = "";

    /// <summary>The public key of the repository's sessions of packs.</summary>
    internal byte[] Public { get; init; } = [];

    /// <summary>The key that shows in a session of packs which host it is of.</summary>
    internal byte[] Identity { get; init; } = [];

    /// <summary>The public key of the repository's sessions of savesets.</summary>
    internal byte[] PublicOfSavesets { get; init; } = [];

    /// <summary>The key that shows in a session of savesets which host it is of.</summary>
    internal byte[] IdentityOfSavesets { get; init; } = [];

    /// <summary>The key of the names of its subsets.</summary>
    internal byte[] Subsets { get; init; } = [];

    internal byte[] Work { get; init; } = [];

    internal byte[] Chunks { get; init; } = [];

    internal byte[] Cutter { get; init; } = [];

    /// <summary>Makes the key of a host.</summary>
    /// <param name="root">The root key of the repository.</param>
    /// <param name="configuration">The SHA-256 at the end of its configuration.</param>
    /// <param name="host">The name of the host, without escapes.</param>
    public static HostKey Make(RootKey root, byte[] configuration, string host)
    {
        using RepositoryKeys keys = RepositoryKeys.Derive(root, configuration);
        return keys.MakeHostKey(host, configuration);
    }

    /// <summary>Whether a text is meant to be a host key.</summary>
    public static bool IsText(string text) => KeyFile.IsText(text, Label);

    /// <summary>Reads the text of a host key.</summary>
    /// <returns>Null if it is none, or was damaged.</returns>
    public static HostKey? TryParse(string text) =>
        KeyFile.TryRead(text, Label, Names) is { } file
        && file.Text("host", HostLimit) is { } host
        && file.Text("folder", FolderLimit) is { } folder && HiddenNames.IsHidden(folder)
        && file.Bytes("configuration") is { } configuration
        && file.Bytes("public", XWing.PublicKeySize) is { } open
        && file.Bytes("identity") is { } identity
        && file.Bytes("public_savesets", XWing.PublicKeySize) is { } openOfSavesets
        && file.Bytes("identity_savesets") is { } identityOfSavesets
        && file.Bytes("subsets") is { } subsets
        && file.Bytes("work") is { } work
        && file.Bytes("chunks") is { } chunks
        && file.Bytes("cutter") is { } cutter
            ? new HostKey
            {
                Host = host,
                Folder = folder,
                Configuration = configuration,
                Public = open,
                Identity = identity,
                PublicOfSavesets = openOfSavesets,
                IdentityOfSavesets = identityOfSavesets,
                Subsets = subsets,
                Work = work,
                Chunks = chunks,
                Cutter = cutter,
            }
            : null;

    /// <summary>Its text.</summary>
    public string ToText() => KeyFile.ToText(Label,
        ("host", Encoding.UTF8.GetBytes(Host), true), ("folder", Encoding.ASCII.GetBytes(Folder), true), ("configuration", Configuration, false),
        ("public", Public, false), ("identity", Identity, false), ("public_savesets", PublicOfSavesets, false),
        ("identity_savesets", IdentityOfSavesets, false), ("subsets", Subsets, false), ("work", Work, false), ("chunks", Chunks, false),
        ("cutter", Cutter, false));

    public void Dispose()
    {
        foreach (byte[] key in (byte[][])[Identity, IdentityOfSavesets, Subsets, Work, Chunks, Cutter])
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
