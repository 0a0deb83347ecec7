using System.Buffers.Text;
using System.Security.Cryptography;
using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Sealing;

/// <summary>
/// Encrypts names so that the same name always becomes the same one, which is what a directory needs, and cannot be read or made without the key (SIV of
/// Rogaway and Shrimpton, EUROCRYPT 2006).
/// </summary>
internal sealed class NameCipher : IDisposable
{
    internal const int VectorSize = 16;
    internal const int Short = 48;
    internal const int Long = 96;

    private readonly byte[] mac = GC.AllocateArray<byte>(SealingKeys.KeySize, pinned: true);
    private readonly byte[] stream = GC.AllocateArray<byte>(SealingKeys.KeySize, pinned: true);

    /// <param name="key">The key; copied.</param>
    internal NameCipher(ReadOnlySpan<byte> key)
    {
        Machine.GuardMemory(mac);
        Machine.GuardMemory(stream);
        HKDF.Expand(HashAlgorithmName.SHA256, key, mac, "mac"u8);
        HKDF.Expand(HashAlgorithmName.SHA256, key, stream, "stream"u8);
    }

    /// <summary>Fills a name up.</summary>
    /// <param name="escaped">The name as it stands in a path.</param>
    internal static byte[] Padded(string escaped)
    {
        byte[] name = SavesetPath.Unescape(escaped);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(name.Length, Long);
        byte[] padded = new byte[name.Length < Short ? Short : Long];
        padded[0] = (byte)name.Length;
        name.CopyTo(padded, 1);
        return padded;
    }

    /// <summary>The name in one that was filled up.</summary>
    internal static string Name(byte[] padded) => SavesetPath.Escape(padded.AsSpan(1, padded[0]));

    /// <summary>Encrypts a name.</summary>
    /// <param name="parent">What it belongs to.</param>
    /// <param name="padded">The name, filled up.</param>
    internal string Hide(byte[] parent, byte[] padded)
    {
        byte[] hidden = new byte[VectorSize + padded.Length];
        Vector(parent, padded, hidden);
        Mask(hidden.AsSpan(0, VectorSize), padded, hidden.AsSpan(VectorSize));
        return Base64Url.EncodeToString(hidden);
    }

    /// <summary>Decrypts a name.</summary>
    /// <param name="parent">What it belongs to.</param>
    /// <param name="name">The name as it stands in a path.</param>
    /// <returns>The name, filled up; null if it was not encrypted with this key.</returns>
    internal byte[]? TryShow(byte[] parent, string name)
    {
        Span<byte> hidden = stackalloc byte[VectorSize + Long];
        if (!TryDecode(name, hidden, out int length))
        {
            return null;
        }

        byte[] padded = new byte[length - VectorSize];
        Mask(hidden[..VectorSize], hidden[VectorSize..length], padded);
        Span<byte> vector = stackalloc byte[VectorSize];
        Vector(parent, padded, vector);
        return CryptographicOperations.FixedTimeEquals(vector, hidden[..VectorSize]) && padded[0] is > 0 and var count && count < padded.Length ? padded : null;
    }

    /// <summary>The bytes of a name that was encrypted, whatever the key; false for a text that is none.</summary>
    internal static bool TryDecode(string name, Span<byte> hidden, out int length) =>
        Base64Url.IsValid(name, out length) && length is VectorSize + Short or VectorSize + Long
        && Base64Url.TryDecodeFromChars(name, hidden, out int written) && Base64Url.EncodeToString(hidden[..written]) == name;

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(mac);
        CryptographicOperations.ZeroMemory(stream);
    }

    private void Vector(byte[] parent, byte[] padded, Span<byte> vector)
    {
        Span<byte> hash = stackalloc byte[Sha256.HashSizeInBytes];
        HMACSHA256.HashData(mac, (byte[])[.. parent, .. padded], hash);
        hash[..VectorSize].CopyTo(vector);
    }

    private void Mask(ReadOnlySpan<byte> vector, ReadOnlySpan<byte> source, Span<byte> target)
    {
        Span<byte> bytes = stackalloc byte[Long];
        bytes = bytes[..source.Length];
        HKDF.Expand(HashAlgorithmName.SHA256, stream, bytes, vector);
        for (int i = 0; i < bytes.Length; i++)
        {
            target[i] = (byte)(source[i] ^ bytes[i]);
        }
    }
}
