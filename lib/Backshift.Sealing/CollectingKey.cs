using System.Security.Cryptography;
using Backshift.Records;
using MessagePack;

namespace Backshift.Sealing;

/// <summary>With it a program can expire savesets and delete what none of them needs, and read nothing in packs; see backshift-repository(5), "Collecting
/// keys".</summary>
public sealed class CollectingKey : IDisposable
{
    private const string Label = "BACKSHIFT COLLECTING KEY";

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
    public static CollectingKey? TryParse(string text)
    {
        if (KeyFile.TryReadMap(text, Label) is not { } body)
        {
            return null;
        }

        byte[] configuration = [], savesets = [], collecting = [], names = [], index = [], work = [], authority = [];
        try
        {
            MessagePackReader reader = new(body);
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                if (map.Is("configuration"u8)) { configuration = RecordText.ReadBytes(ref reader, SealingKeys.KeySize, "configuration"); }
                else if (map.Is("savesets"u8)) { savesets = RecordText.ReadBytes(ref reader, SealingKeys.KeySize, "savesets"); }
                else if (map.Is("collecting"u8)) { collecting = RecordText.ReadBytes(ref reader, SealingKeys.KeySize, "collecting"); }
                else if (map.Is("names"u8)) { names = RecordText.ReadBytes(ref reader, SealingKeys.KeySize, "names"); }
                else if (map.Is("index"u8)) { index = RecordText.ReadBytes(ref reader, SealingKeys.KeySize, "index"); }
                else if (map.Is("work"u8)) { work = RecordText.ReadBytes(ref reader, SealingKeys.KeySize, "work"); }
                else if (map.Is("authority"u8)) { authority = RecordText.ReadBytes(ref reader, SealingKeys.KeySize, "authority"); }
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

        return Array.TrueForAll([configuration, savesets, collecting, names, index, work, authority], static key => key.Length == SealingKeys.KeySize)
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
    }

    /// <summary>Its text.</summary>
    public string ToText() => KeyFile.ToText(Label, (ref MessagePackWriter writer) =>
    {
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Bytes(ref writer, "configuration"u8, Configuration);
            map.Bytes(ref writer, "savesets"u8, Savesets);
            map.Bytes(ref writer, "collecting"u8, Collecting);
            map.Bytes(ref writer, "names"u8, Names);
            map.Bytes(ref writer, "index"u8, Index);
            map.Bytes(ref writer, "work"u8, Work);
            map.Bytes(ref writer, "authority"u8, Authority);
        }
    });

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
