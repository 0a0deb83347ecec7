using System.Security.Cryptography;
using System.Text;
using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Sealing;

/// <summary>The keys of one sealed repository, by purpose; see backshift-repository(5), "Keys". May be used by several threads.</summary>
public sealed class RepositoryKeys : IDisposable
{
    /// <summary>Length of a key in bytes.</summary>
    internal const int KeySize = 32;

    /// <summary>Length in bytes of what shows which root key it is.</summary>
    internal const int ProofSize = 16;

    private readonly byte[] packs, savesets, work, chunks, cutter;

    private RepositoryKeys(byte[] packs, byte[] savesets, byte[] work, byte[] names, byte[] chunks, byte[] cutter, byte[] proof)
    {
        Proof = proof[..ProofSize];
        (this.packs, this.savesets, this.work, this.chunks, this.cutter) = (packs, savesets, work, chunks, cutter);
        Names = new HiddenNames(names);
        CryptographicOperations.ZeroMemory(names);
    }

    /// <summary>The key of the digests of chunks, 32 bytes.</summary>
    public ReadOnlySpan<byte> Chunks => chunks;

    /// <summary>The seed of the cutter, 32 bytes.</summary>
    public ReadOnlySpan<byte> Cutter => cutter;

    /// <summary>Shows which root key they were derived from, and nothing else of it; 16 bytes.</summary>
    internal byte[] Proof { get; }

    /// <summary>Hides the names of hosts and subsets.</summary>
    internal HiddenNames Names { get; }

    /// <summary>Derives the keys.</summary>
    /// <param name="root">The root key.</param>
    /// <param name="configuration">The SHA-256 at the end of the configuration: another configuration has other keys.</param>
    public static RepositoryKeys Derive(RootKey root, ReadOnlySpan<byte> configuration)
    {
        Crypto.Require();
        byte[] prk = GC.AllocateArray<byte>(KeySize, pinned: true);
        HKDF.Extract(HashAlgorithmName.SHA256, root.Span, configuration, prk);
        RepositoryKeys keys = new(Of(prk, "packs"), Of(prk, "savesets"), Of(prk, "work"), Of(prk, "names"), Of(prk, "chunks"), Of(prk, "cutter"),
            Of(prk, "proof"));
        CryptographicOperations.ZeroMemory(prk);
        return keys;
    }

    /// <summary>The key from which those of objects of a type are derived.</summary>
    internal ReadOnlySpan<byte> For(ObjectType type) => type switch
    {
        ObjectType.Pack => packs,
        ObjectType.Saveset or ObjectType.Expired or ObjectType.Tags => savesets,
        ObjectType.Run or ObjectType.Settings or ObjectType.Condemned or ObjectType.Intent or ObjectType.CheckRecord => work,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "is not sealed"),
    };

    public void Dispose()
    {
        foreach (byte[] key in (byte[][])[packs, savesets, work, chunks, cutter])
        {
            CryptographicOperations.ZeroMemory(key);
        }

        Names.Dispose();
    }

    private static byte[] Of(ReadOnlySpan<byte> prk, string purpose)
    {
        byte[] key = GC.AllocateArray<byte>(KeySize, pinned: true);
        Machine.GuardMemory(key);
        HKDF.Expand(HashAlgorithmName.SHA256, prk, key, Encoding.ASCII.GetBytes($"backshift/1 {purpose}"));
        return key;
    }
}
