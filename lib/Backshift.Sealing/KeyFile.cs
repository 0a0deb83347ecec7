using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using Backshift.Posix;
using Backshift.Records;
using Geralt;
using MessagePack;

namespace Backshift.Sealing;

/// <summary>
/// A key as a file of text: a map, and after it the first 16 bytes of its SHA-256, as PEM (RFC 7468). By these a key is told that was copied wrong: what is
/// saved with one could not be read by anyone. See backshift-repository(5), "Host keys".
/// </summary>
internal sealed class KeyFile
{
    private const int CheckSize = 16;

    // The longest part of one.
    private const int PartLimit = XWing.PublicKeySize;

    private readonly Dictionary<string, byte[]> parts;

    private KeyFile(Dictionary<string, byte[]> parts) => this.parts = parts;

    /// <summary>Whether a text is meant to be a key of this kind.</summary>
    internal static bool IsText(string text, string label) => text.Contains($"-----BEGIN {label}-----", StringComparison.Ordinal);

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="label">The label of the kind of key.</param>
    /// <param name="names">Which parts are taken; others are passed over.</param>
    /// <returns>Null if it is none of this kind, or was damaged.</returns>
    internal static KeyFile? TryRead(string text, string label, IReadOnlyList<string> names)
    {
        if (!PemEncoding.TryFind(text, out PemFields fields) || text[fields.Label] != label)
        {
            return null;
        }

        byte[] body = new byte[fields.DecodedDataLength];
        try
        {
            int length = body.Length - CheckSize;
            return Convert.TryFromBase64Chars(text.AsSpan()[fields.Base64Data], body, out int decoded) && decoded == body.Length && length >= 0
                && CheckOf(body.AsSpan(0, length)).AsSpan().SequenceEqual(body.AsSpan(length)) ? TryReadMap(body.AsMemory(0, length), names) : null;
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(body);
        }
    }

    /// <summary>The text of a key.</summary>
    /// <param name="label">The label of its kind.</param>
    /// <param name="parts">Its parts; those that are not text are bytes.</param>
    internal static string ToText(string label, params (string Name, byte[] Value, bool IsText)[] parts)
    {
        ArrayBufferWriter<byte> body = new();
        MessagePackWriter writer = new(body);
        writer.WriteMapHeader(parts.Length);
        foreach ((string name, byte[] value, bool isText) in parts)
        {
            writer.Write(name);
            if (isText)
            {
                writer.WriteString(value);
            }
            else
            {
                writer.Write(value);
            }
        }

        writer.Flush();
        return PemEncoding.WriteString(label, (byte[])[.. body.WrittenSpan, .. CheckOf(body.WrittenSpan)]) + "\n";
    }

    /// <summary>A part of a certain length, once, in memory that is guarded; null if it is not there, or of another one.</summary>
    internal byte[]? Bytes(string name, int length = SealingKeys.KeySize) =>
        parts.TryGetValue(name, out byte[]? value) && value.Length == length ? Guarded(value) : null;

    /// <summary>A part that is text, of one byte or more; null if it is not there, or is longer than that.</summary>
    internal string? Text(string name, int limit) =>
        parts.TryGetValue(name, out byte[]? value) && value.Length > 0 && value.Length <= limit && Utf8.IsValid(value) ? Encoding.UTF8.GetString(value) : null;

    private static byte[] Guarded(byte[] value)
    {
        byte[] copy = SealingKeys.Guarded(value);
        CryptographicOperations.ZeroMemory(value);
        return copy;
    }

    private static KeyFile? TryReadMap(ReadOnlyMemory<byte> body, IReadOnlyList<string> names)
    {
        Dictionary<string, byte[]> parts = [];
        MessagePackReader reader = new(body);
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            string name = Encoding.UTF8.GetString(map.Key);
            if (names.Contains(name)) { parts.Add(name, RecordText.ReadBytes(ref reader, PartLimit, name)); }
            else { reader.Skip(); }
        }

        return reader.End ? new KeyFile(parts) : null;
    }

    private static byte[] CheckOf(ReadOnlySpan<byte> map)
    {
        byte[] hash = new byte[Sha256.HashSizeInBytes];
        Sha256.HashData(map, hash);
        return hash[..CheckSize];
    }
}
