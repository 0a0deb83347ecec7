using System.Buffers;
using System.Security.Cryptography;
using Backshift.Posix;
using MessagePack;

namespace Backshift.Sealing;

/// <summary>
/// A key as a file of text: a map, and after it the first 16 bytes of its SHA-256, as PEM (RFC 7468). By these a key is told that was copied wrong: what is
/// saved with one could not be read by anyone. See backshift-repository(5), "Host keys".
/// </summary>
internal static class KeyFile
{
    private const int CheckSize = 16;

    /// <summary>Writes the map of a key.</summary>
    internal delegate void WriteMap(ref MessagePackWriter writer);

    /// <summary>Whether a text is meant to be a key of this kind.</summary>
    internal static bool IsText(string text, string label) => text.Contains($"-----BEGIN {label}-----", StringComparison.Ordinal);

    /// <summary>The map in a text, to be overwritten after use; null if it is none, or was damaged.</summary>
    internal static byte[]? TryReadMap(string text, string label)
    {
        if (!PemEncoding.TryFind(text, out PemFields fields) || text[fields.Label] != label)
        {
            return null;
        }

        byte[] body = new byte[fields.DecodedDataLength];
        try
        {
            return Convert.TryFromBase64Chars(text.AsSpan()[fields.Base64Data], body, out int length) && length == body.Length && body.Length >= CheckSize
                && CheckOf(body.AsSpan(0, body.Length - CheckSize)).AsSpan().SequenceEqual(body.AsSpan(body.Length - CheckSize)) ? body[..^CheckSize] : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(body);
        }
    }

    /// <summary>The text of a key.</summary>
    internal static string ToText(string label, WriteMap write)
    {
        ArrayBufferWriter<byte> body = new();
        MessagePackWriter writer = new(body);
        write(ref writer);
        writer.Flush();
        return PemEncoding.WriteString(label, (byte[])[.. body.WrittenSpan, .. CheckOf(body.WrittenSpan)]) + "\n";
    }

    private static byte[] CheckOf(ReadOnlySpan<byte> map)
    {
        byte[] hash = new byte[Sha256.HashSizeInBytes];
        Sha256.HashData(map, hash);
        return hash[..CheckSize];
    }
}
