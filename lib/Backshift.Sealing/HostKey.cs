using System.Buffers;
using System.Security.Cryptography;
using Backshift.Posix;
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
    private const int CheckSize = 16;

    internal HostKey(string host, string folder, byte[] configuration, byte[] open, byte[] identity, byte[] subsets, byte[] work, byte[] chunks, byte[] cutter)
    {
        Host = host;
        Folder = folder;
        Configuration = configuration;
        Public = open;
        (Identity, Subsets, Work, Chunks, Cutter) = (identity, subsets, work, chunks, cutter);
    }

    /// <summary>The name of the host, without escapes.</summary>
    public string Host { get; }

    /// <summary>The SHA-256 at the end of the configuration of its repository.</summary>
    public byte[] Configuration { get; }

    /// <summary>The name of its folder.</summary>
    internal string Folder { get; }

    /// <summary>The public key of the repository's sessions.</summary>
    internal byte[] Public { get; }

    /// <summary>The key that shows in a session which host it is of.</summary>
    internal byte[] Identity { get; }

    /// <summary>The key of the names of its subsets.</summary>
    internal byte[] Subsets { get; }

    internal byte[] Work { get; }

    internal byte[] Chunks { get; }

    internal byte[] Cutter { get; }

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
    public static bool IsText(string text) => text.Contains($"-----BEGIN {Label}-----", StringComparison.Ordinal);

    /// <summary>Reads the text of a host key.</summary>
    /// <returns>Null if it is none, or was damaged.</returns>
    public static HostKey? TryParse(string text)
    {
        if (!PemEncoding.TryFind(text, out PemFields fields) || text[fields.Label] != Label)
        {
            return null;
        }

        byte[] body = new byte[fields.DecodedDataLength];
        if (!Convert.TryFromBase64Chars(text.AsSpan()[fields.Base64Data], body, out int length) || length != body.Length)
        {
            return null;
        }

        string? host = null, folder = null;
        byte[] configuration = [], open = [], identity = [], subsets = [], work = [], chunks = [], cutter = [];
        if (body.Length < CheckSize || !CheckOf(body.AsSpan(0, body.Length - CheckSize)).AsSpan().SequenceEqual(body.AsSpan(body.Length - CheckSize)))
        {
            return null;
        }

        try
        {
            MessagePackReader reader = new(body.AsMemory(0, body.Length - CheckSize));
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                if (map.Is("host"u8)) { host = RecordText.ReadString(ref reader, HostLimit, "host"); }
                else if (map.Is("folder"u8)) { folder = RecordText.ReadString(ref reader, FolderLimit, "folder"); }
                else if (map.Is("configuration"u8)) { configuration = RecordText.ReadBytes(ref reader, SealingKeys.KeySize, "configuration"); }
                else if (map.Is("public"u8)) { open = RecordText.ReadBytes(ref reader, XWing.PublicKeySize, "public"); }
                else if (map.Is("identity"u8)) { identity = RecordText.ReadBytes(ref reader, SealingKeys.KeySize, "identity"); }
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

        return host is { Length: > 0 } && folder is not null && HiddenNames.IsHidden(folder) && open.Length == XWing.PublicKeySize
            && Array.TrueForAll([configuration, identity, subsets, work, chunks, cutter], static key => key.Length == SealingKeys.KeySize)
            ? new HostKey(host, folder, configuration, open, identity, subsets, work, chunks, cutter) : null;
    }

    /// <summary>Its text.</summary>
    public string ToText()
    {
        ArrayBufferWriter<byte> body = new();
        MessagePackWriter writer = new(body);
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Text(ref writer, "host"u8, Host);
            map.Text(ref writer, "folder"u8, Folder);
            map.Bytes(ref writer, "configuration"u8, Configuration);
            map.Bytes(ref writer, "public"u8, Public);
            map.Bytes(ref writer, "identity"u8, Identity);
            map.Bytes(ref writer, "subsets"u8, Subsets);
            map.Bytes(ref writer, "work"u8, Work);
            map.Bytes(ref writer, "chunks"u8, Chunks);
            map.Bytes(ref writer, "cutter"u8, Cutter);
        }

        writer.Flush();
        return PemEncoding.WriteString(Label, (byte[])[.. body.WrittenSpan, .. CheckOf(body.WrittenSpan)]) + "\n";
    }

    /// <summary>Tells a key that was copied wrong: what is saved with one could not be read by anyone.</summary>
    private static byte[] CheckOf(ReadOnlySpan<byte> map)
    {
        byte[] hash = new byte[Sha256.HashSizeInBytes];
        Sha256.HashData(map, hash);
        return hash[..CheckSize];
    }

    public void Dispose()
    {
        foreach (byte[] key in (byte[][])[Identity, Subsets, Work, Chunks, Cutter])
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
