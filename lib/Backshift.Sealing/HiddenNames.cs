using System.Security.Cryptography;
using System.Text;
using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Sealing;

/// <summary>Hides the names of all hosts and subsets of a repository.</summary>
internal sealed class HiddenNames : PathNames
{
    private readonly byte[] key = GC.AllocateArray<byte>(SealingKeys.KeySize, pinned: true);
    private readonly NameCipher hosts;

    /// <param name="key">The key of names; copied.</param>
    internal HiddenNames(ReadOnlySpan<byte> key)
    {
        Machine.GuardMemory(this.key);
        key.CopyTo(this.key);
        hosts = new NameCipher(key);
    }

    /// <summary>What tells a host: the vector of its hidden name.</summary>
    /// <param name="folder">The hidden name.</param>
    internal static byte[] VectorOf(string folder)
    {
        Span<byte> hidden = stackalloc byte[NameCipher.VectorSize + NameCipher.Long];
        return NameCipher.TryDecode(folder, hidden, out _) ? hidden[..NameCipher.VectorSize].ToArray()
            : throw new ArgumentOutOfRangeException(nameof(folder), folder, "is no hidden name");
    }

    /// <summary>Whether a text looks like the hidden name of a host.</summary>
    internal static bool IsHidden(string folder) => NameCipher.TryDecode(folder, stackalloc byte[NameCipher.VectorSize + NameCipher.Long], out _);

    /// <summary>The hidden name of a host.</summary>
    /// <param name="host">Its name, without escapes.</param>
    internal string FolderOf(string host) => hosts.Hide([0], PaddedName(host));

    /// <summary>The key of the names of a host's subsets.</summary>
    /// <param name="host">The name of the host, without escapes.</param>
    internal byte[] SubsetKeyOf(string host) => SubsetKey(PaddedName(host));

    public override void Dispose()
    {
        CryptographicOperations.ZeroMemory(key);
        hosts.Dispose();
    }

    protected override string HideHost(string escaped, byte[] host) => hosts.Hide([0], host);

    protected override byte[]? TryShowHost(string folder) => hosts.TryShow([0], folder);

    protected override string HideSubset(byte[] host, byte[] subset)
    {
        using NameCipher subsets = SubsetsOf(host);
        return subsets.Hide(ParentOf(host), subset);
    }

    protected override byte[]? TryShowSubset(byte[] host, string hidden)
    {
        using NameCipher subsets = SubsetsOf(host);
        return subsets.TryShow(ParentOf(host), hidden);
    }

    private static byte[] PaddedName(string host) => NameCipher.Padded(SavesetPath.Escape(Encoding.UTF8.GetBytes(host)));

    private NameCipher SubsetsOf(byte[] host)
    {
        byte[] subsets = SubsetKey(host);
        NameCipher cipher = new(subsets);
        CryptographicOperations.ZeroMemory(subsets);
        return cipher;
    }

    private byte[] SubsetKey(byte[] host)
    {
        byte[] subsets = GC.AllocateArray<byte>(SealingKeys.KeySize, pinned: true);
        HKDF.Expand(HashAlgorithmName.SHA256, key, subsets, (byte[])[.. "subsets"u8, .. host]);
        return subsets;
    }
}
