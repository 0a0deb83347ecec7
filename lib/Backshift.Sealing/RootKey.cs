using System.Security.Cryptography;
using Backshift.Posix;

namespace Backshift.Sealing;

/// <summary>
/// The secret from which all keys of a sealed repository are derived; see backshift-repository(5), "Encryption". Its bytes do not move in memory, are kept
/// out of swap space where that is allowed, and are overwritten when it is disposed of.
/// </summary>
public sealed class RootKey : IDisposable
{
    /// <summary>Its length in bytes.</summary>
    public const int Size = 32;

    private readonly byte[] bytes = GC.AllocateArray<byte>(Size, pinned: true);

    private RootKey() => Machine.GuardMemory(bytes);

    /// <summary>A new one, from the system's source of randomness.</summary>
    public static RootKey Random()
    {
        RootKey key = new();
        RandomBytes.Fill(key.bytes);
        return key;
    }

    /// <summary>One that is known.</summary>
    /// <param name="bytes">All of it; copied.</param>
    public static RootKey Of(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size);
        RootKey key = new();
        bytes.CopyTo(key.bytes);
        return key;
    }

    /// <summary>Its bytes, until it is disposed of.</summary>
    public ReadOnlySpan<byte> Span => bytes;

    public void Dispose() => CryptographicOperations.ZeroMemory(bytes);
}
