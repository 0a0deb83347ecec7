using System.Security.Cryptography;
using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Sealing;

/// <summary>What stands in a sealed object beside its content, 64 bytes; see backshift-repository(5), "Seals".</summary>
internal static class Seal
{
    /// <summary>Its length in bytes.</summary>
    internal const int Size = 64;

    private const int CommitmentSize = 16;
    private const int SaltOffset = CommitmentSize;
    private const int SaltSize = 16;
    private const int SessionSize = 16;
    private const int DerivedSize = RepositoryKeys.KeySize + CommitmentSize;

    /// <summary>Makes the seal of a new object.</summary>
    /// <param name="keys">The keys of the repository.</param>
    /// <param name="type">The type of the object.</param>
    /// <param name="name">Its name.</param>
    /// <param name="seal">Takes the seal.</param>
    /// <param name="key">Takes the key of the object.</param>
    internal static void Make(RepositoryKeys keys, ObjectType type, ObjectName name, Span<byte> seal, Span<byte> key)
    {
        seal[..Size].Clear();
        RandomBytes.Fill(seal.Slice(SaltOffset, SaltSize));
        Span<byte> derived = stackalloc byte[DerivedSize];
        Derive(keys, type, name, seal, derived);
        derived[RepositoryKeys.KeySize..].CopyTo(seal);
        derived[..RepositoryKeys.KeySize].CopyTo(key);
        CryptographicOperations.ZeroMemory(derived);
    }

    /// <summary>Finds the key of an object by its seal.</summary>
    /// <param name="keys">The keys of the repository.</param>
    /// <param name="type">The type that the object has to have.</param>
    /// <param name="name">The name that it has to have.</param>
    /// <param name="seal">The seal.</param>
    /// <param name="key">Takes the key of the object.</param>
    /// <returns>False if the seal is damaged, or was made with other keys or for another object.</returns>
    internal static bool TryOpen(RepositoryKeys keys, ObjectType type, ObjectName name, ReadOnlySpan<byte> seal, Span<byte> key)
    {
        Span<byte> derived = stackalloc byte[DerivedSize];
        Derive(keys, type, name, seal, derived);
        bool isRight = CryptographicOperations.FixedTimeEquals(derived[RepositoryKeys.KeySize..], seal[..CommitmentSize]);
        derived[..RepositoryKeys.KeySize].CopyTo(key);
        CryptographicOperations.ZeroMemory(derived);
        return isRight;
    }

    private static void Derive(RepositoryKeys keys, ObjectType type, ObjectName name, ReadOnlySpan<byte> seal, Span<byte> derived)
    {
        ReadOnlySpan<byte> label = "object"u8;
        Span<byte> info = stackalloc byte[label.Length + 1 + ObjectName.Size + SaltSize + SessionSize];
        label.CopyTo(info);
        info[label.Length] = ObjectHeader.LetterOf(type);
        name.CopyTo(info[(label.Length + 1)..]);
        seal.Slice(SaltOffset, SaltSize + SessionSize).CopyTo(info[(label.Length + 1 + ObjectName.Size)..]);
        HKDF.Expand(HashAlgorithmName.SHA256, keys.For(type), derived, info);
    }
}
