using System.Buffers.Text;
using System.Security.Cryptography;
using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Sealing;

/// <summary>
/// Hides the names of hosts and subsets in the paths of savesets and tags; see backshift-repository(5), "Hidden names". The same name always becomes the same
/// one, which is what a directory needs, and cannot be read or made without the key (SIV of Rogaway and Shrimpton, EUROCRYPT 2006).
/// </summary>
internal sealed class HiddenNames : IDisposable
{
    private const int VectorSize = 16;
    private const int Short = 48;
    private const int Long = 96;
    private const int Parts = 2;

    private readonly byte[] mac = GC.AllocateArray<byte>(RepositoryKeys.KeySize, pinned: true);
    private readonly byte[] stream = GC.AllocateArray<byte>(RepositoryKeys.KeySize, pinned: true);

    /// <param name="key">The key of names; copied.</param>
    internal HiddenNames(ReadOnlySpan<byte> key)
    {
        Machine.GuardMemory(mac);
        Machine.GuardMemory(stream);
        HKDF.Expand(HashAlgorithmName.SHA256, key, mac, "mac"u8);
        HKDF.Expand(HashAlgorithmName.SHA256, key, stream, "stream"u8);
    }

    /// <summary>The path in the store of one that has names in the clear.</summary>
    /// <param name="path">Below the folder of a type: HOST or HOST/+SUBSET, and perhaps the name of a file.</param>
    /// <param name="parts">How many of its parts are names.</param>
    internal BytePath Hide(BytePath path, int parts)
    {
        if (parts == 0)
        {
            return path;
        }

        string[] names = path.ToString().Split('/');
        byte[] host = Padded(names[1]);
        names[1] = Base64Url.EncodeToString(Encrypted([0], host));
        if (parts == Parts)
        {
            names[2] = "+" + Base64Url.EncodeToString(Encrypted([1, .. host], Padded(names[2][1..])));
        }

        return BytePath.Of(string.Join('/', names));
    }

    /// <summary>The path with names in the clear; null if the names are not ours.</summary>
    /// <inheritdoc cref="Hide"/>
    internal BytePath? TryShow(BytePath path, int parts)
    {
        if (parts == 0)
        {
            return path;
        }

        string[] names = path.ToString().Split('/');
        if (TryDecrypt([0], names[1]) is not { } host)
        {
            return null;
        }

        names[1] = Name(host);
        if (parts == Parts)
        {
            if (TryDecrypt([1, .. host], names[2][1..]) is not { } subset)
            {
                return null;
            }

            names[2] = "+" + Name(subset);
        }

        return BytePath.Of(string.Join('/', names));
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(mac);
        CryptographicOperations.ZeroMemory(stream);
    }

    private byte[] Encrypted(byte[] parent, byte[] padded)
    {
        byte[] hidden = new byte[VectorSize + padded.Length];
        Vector(parent, padded, hidden);
        Mask(hidden.AsSpan(0, VectorSize), padded, hidden.AsSpan(VectorSize));
        return hidden;
    }

    private byte[]? TryDecrypt(byte[] parent, string name)
    {
        Span<byte> hidden = stackalloc byte[VectorSize + Long];
        if (!Base64Url.IsValid(name, out int length) || length is not (VectorSize + Short or VectorSize + Long)
            || !Base64Url.TryDecodeFromChars(name, hidden, out int written) || Base64Url.EncodeToString(hidden[..written]) != name)
        {
            return null;
        }

        byte[] padded = new byte[length - VectorSize];
        Mask(hidden[..VectorSize], hidden[VectorSize..length], padded);
        Span<byte> vector = stackalloc byte[VectorSize];
        Vector(parent, padded, vector);
        return CryptographicOperations.FixedTimeEquals(vector, hidden[..VectorSize]) && padded[0] is > 0 and var count && count < padded.Length ? padded : null;
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

    private static byte[] Padded(string escaped)
    {
        byte[] name = SavesetPath.Unescape(escaped);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(name.Length, Long);
        byte[] padded = new byte[name.Length < Short ? Short : Long];
        padded[0] = (byte)name.Length;
        name.CopyTo(padded, 1);
        return padded;
    }

    private static string Name(byte[] padded) => SavesetPath.Escape(padded.AsSpan(1, padded[0]));
}
