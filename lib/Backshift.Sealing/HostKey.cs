using System.Security.Cryptography;
using Backshift.Records;
using Geralt;
using MessagePack;

namespace Backshift.Sealing;

/// <summary>With it a host can save under its name, and read nothing; see backshift-repository(5), "Host keys".</summary>
public sealed class HostKey : IDisposable
{
    private const string Label = "BACKSHIFT HOST KEY";
    private const int HostLimit = 80;
    private const int FolderLimit = 255;

    internal HostKey()
    {
    }

    /// <summary>The name of the host, without escapes.</summary>
    public required string Host { get; init; }

    /// <summary>The SHA-256 at the end of the configuration of its repository.</summary>
    public required byte[] Configuration { get; init; }

    /// <summary>The name of its folder.</summary>
    internal string Folder { get; init; } = "";

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
    public static HostKey? TryParse(string text)
    {
        if (KeyFile.TryReadMap(text, Label) is not { } body)
        {
            return null;
        }

        string? host = null, folder = null;
        byte[] configuration = [], open = [], identity = [], openOfSavesets = [], identityOfSavesets = [], subsets = [], work = [], chunks = [], cutter = [];
        try
        {
            MessagePackReader reader = new(body);
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                if (map.Is("host"u8)) { host = RecordText.ReadString(ref reader, HostLimit, "host"); }
                else if (map.Is("folder"u8)) { folder = RecordText.ReadString(ref reader, FolderLimit, "folder"); }
                else if (map.Is("configuration"u8)) { configuration = RecordText.ReadBytes(ref reader, SealingKeys.KeySize, "configuration"); }
                else if (map.Is("public"u8)) { open = RecordText.ReadBytes(ref reader, XWing.PublicKeySize, "public"); }
                else if (map.Is("identity"u8)) { identity = RecordText.ReadBytes(ref reader, SealingKeys.KeySize, "identity"); }
                else if (map.Is("public_savesets"u8)) { openOfSavesets = RecordText.ReadBytes(ref reader, XWing.PublicKeySize, "public_savesets"); }
                else if (map.Is("identity_savesets"u8)) { identityOfSavesets = RecordText.ReadBytes(ref reader, SealingKeys.KeySize, "identity_savesets"); }
                else if (map.Is("subsets"u8)) { subsets = RecordText.ReadBytes(ref reader, SealingKeys.KeySize, "subsets"); }
                else if (map.Is("work"u8)) { work = RecordText.ReadBytes(ref reader, SealingKeys.KeySize, "work"); }
                else if (map.Is("chunks"u8)) { chunks = RecordText.ReadBytes(ref reader, SealingKeys.KeySize, "chunks"); }
                else if (map.Is("cutter"u8)) { cutter = RecordText.ReadBytes(ref reader, SealingKeys.KeySize, "cutter"); }
                else { reader.Skip(); }
            }

            if (!reader.End)
            {
                return null;
            }
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(body);
        }

        return host is { Length: > 0 } && folder is not null && HiddenNames.IsHidden(folder)
            && open.Length == XWing.PublicKeySize && openOfSavesets.Length == XWing.PublicKeySize
            && Array.TrueForAll([configuration, identity, identityOfSavesets, subsets, work, chunks, cutter], static key => key.Length == SealingKeys.KeySize)
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
    }

    /// <summary>Its text.</summary>
    public string ToText() => KeyFile.ToText(Label, (ref MessagePackWriter writer) =>
    {
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Text(ref writer, "host"u8, Host);
            map.Text(ref writer, "folder"u8, Folder);
            map.Bytes(ref writer, "configuration"u8, Configuration);
            map.Bytes(ref writer, "public"u8, Public);
            map.Bytes(ref writer, "identity"u8, Identity);
            map.Bytes(ref writer, "public_savesets"u8, PublicOfSavesets);
            map.Bytes(ref writer, "identity_savesets"u8, IdentityOfSavesets);
            map.Bytes(ref writer, "subsets"u8, Subsets);
            map.Bytes(ref writer, "work"u8, Work);
            map.Bytes(ref writer, "chunks"u8, Chunks);
            map.Bytes(ref writer, "cutter"u8, Cutter);
        }
    });

    public void Dispose()
    {
        foreach (byte[] key in (byte[][])[Identity, IdentityOfSavesets, Subsets, Work, Chunks, Cutter])
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
