using System.Security.Cryptography;
using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Geralt;

namespace Backshift.Sealing;

/// <summary>
/// The key of one run of a writer that may only write, for packs or for savesets; see backshift-repository(5), "Sessions". The writer forgets it at its end,
/// and the root key finds it again, by X-Wing (draft-connolly-cfrg-xwing-kem): what it hides stays hidden unless both ML-KEM-768 and X25519 are broken.
/// </summary>
internal sealed class Session : IDisposable
{
    /// <summary>The purpose of sessions of packs.</summary>
    internal const string ForPacks = "packs";

    /// <summary>The purpose of sessions of savesets, expired or not.</summary>
    internal const string ForSavesets = "savesets";

    /// <summary>Length in bytes of what stands in a seal.</summary>
    internal const int IdSize = 16;

    /// <summary>Length in bytes of what tells a host.</summary>
    internal const int HostSize = 16;

    /// <summary>Length in bytes of that part of what stands beside a seal from which its name is made.</summary>
    internal const int NamedSize = XWing.CiphertextSize + HostSize;

    /// <summary>Length in bytes of what stands beside a seal.</summary>
    internal const int BlockSize = NamedSize + 16;

    private readonly byte[] id = new byte[IdSize];
    private readonly byte[] block = new byte[BlockSize];
    private readonly byte[] key;
    private readonly string purpose;

    private Session(string purpose, ReadOnlySpan<byte> block, ReadOnlySpan<byte> identity, Span<byte> shared)
    {
        this.purpose = purpose;
        block.CopyTo(this.block);
        Identify(block, id);
        Span<byte> material = stackalloc byte[XWing.SharedSecretSize + IdSize];
        Span<byte> secret = stackalloc byte[SealingKeys.KeySize];
        shared.CopyTo(material);
        id.CopyTo(material[XWing.SharedSecretSize..]);
        HKDF.Extract(HashAlgorithmName.SHA256, material, identity, secret);
        key = Of(secret, purpose);
        CryptographicOperations.ZeroMemory(shared);
        CryptographicOperations.ZeroMemory(material);
        CryptographicOperations.ZeroMemory(secret);
    }

    /// <summary>What stands in a seal.</summary>
    internal ReadOnlySpan<byte> Id => id;

    /// <summary>What stands beside a seal.</summary>
    internal ReadOnlySpan<byte> Block => block;

    /// <summary>The host that it belongs to.</summary>
    internal ReadOnlySpan<byte> Host => HostOf(block);

    /// <summary>Begins a session.</summary>
    /// <param name="purpose">What it is for: <see cref="ForPacks"/> or <see cref="ForSavesets"/>.</param>
    /// <param name="publicKey">The public key of the repository's sessions for this purpose.</param>
    /// <param name="host">What tells the host.</param>
    /// <param name="identity">The key of the host, which nothing but its own host key and the root key has.</param>
    /// <exception cref="BackshiftException">The public key is none.</exception>
    internal static Session Begin(string purpose, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> host, ReadOnlySpan<byte> identity)
    {
        Span<byte> block = stackalloc byte[BlockSize];
        Span<byte> shared = stackalloc byte[XWing.SharedSecretSize];
        block.Clear();
        try
        {
            XWing.Encapsulate(shared, block[..XWing.CiphertextSize], publicKey);
        }
        catch (CryptographicException e)
        {
            throw new BackshiftException(ExitCode.DataError, "the public key in the host key is none", "make another one: bs-key host", e);
        }

        host.CopyTo(block[XWing.CiphertextSize..]);
        return new Session(purpose, block, identity, shared);
    }

    /// <summary>Finds the key of a session.</summary>
    /// <param name="purpose">What it is for.</param>
    /// <param name="id">What stands in the seal.</param>
    /// <param name="block">What stands beside it.</param>
    /// <param name="secretKey">The secret key of the repository's sessions for this purpose.</param>
    /// <param name="identity">The key of the host that stands in the block.</param>
    /// <returns>Null if the block is damaged.</returns>
    internal static Session? TryOpen(
        string purpose, ReadOnlySpan<byte> id, ReadOnlySpan<byte> block, ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> identity)
    {
        Span<byte> shared = stackalloc byte[XWing.SharedSecretSize];
        if (!IsOf(block, id))
        {
            return null;
        }

        try
        {
            XWing.Decapsulate(shared, block[..XWing.CiphertextSize], secretKey);
        }
        catch (CryptographicException)
        {
            // A point of small order, which no writer makes.
            return null;
        }

        return new Session(purpose, block, identity, shared);
    }

    /// <summary>What the session of objects of a type is for; null if they have none.</summary>
    internal static string? PurposeOf(ObjectType type) => type switch
    {
        ObjectType.Pack => ForPacks,
        ObjectType.Saveset or ObjectType.Expired => ForSavesets,
        _ => null,
    };

    /// <summary>The host in a session block.</summary>
    internal static ReadOnlySpan<byte> HostOf(ReadOnlySpan<byte> block) => block.Slice(XWing.CiphertextSize, HostSize);

    /// <summary>The key from which those of objects of a type are derived; empty for one that the session is not for.</summary>
    internal ReadOnlySpan<byte> For(ObjectType type) => PurposeOf(type) == purpose ? key : default;

    public void Dispose() => CryptographicOperations.ZeroMemory(key);

    private static bool IsOf(ReadOnlySpan<byte> block, ReadOnlySpan<byte> id)
    {
        Span<byte> right = stackalloc byte[IdSize];
        Identify(block, right);
        return id.SequenceEqual(right);
    }

    private static void Identify(ReadOnlySpan<byte> block, Span<byte> id)
    {
        Span<byte> hash = stackalloc byte[Sha256.HashSizeInBytes];
        Sha256.HashData(block[..NamedSize], hash);
        hash[..IdSize].CopyTo(id);
    }

    private static byte[] Of(ReadOnlySpan<byte> secret, string purpose)
    {
        byte[] key = GC.AllocateArray<byte>(SealingKeys.KeySize, pinned: true);
        Machine.GuardMemory(key);
        HKDF.Expand(HashAlgorithmName.SHA256, secret, key, Encoding.ASCII.GetBytes($"backshift/1 session {purpose}"));
        return key;
    }
}
