using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Backshift.Objects;
using Backshift.Posix;
using Geralt;

namespace Backshift.Sealing;

/// <summary>All keys of one sealed repository, by purpose, derived from its root key; see backshift-repository(5), "Keys".</summary>
public sealed class RepositoryKeys : SealingKeys
{
    /// <summary>Length in bytes of what shows which root key it is.</summary>
    internal const int ProofSize = 16;

    // Each takes a decapsulation to find again, 0.2 ms.
    private const int SessionLimit = 1024;

    private readonly byte[] prk, packs, savesets, index, work, authority, chunks, cutter, sessions;
    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, Session> found = [];
    private byte[]? secretKey;

    private RepositoryKeys(byte[] prk)
    {
        this.prk = prk;
        (packs, savesets, index, work) = (Of("packs"u8), Of("savesets"u8), Of("index"u8), Of("work"u8));
        (authority, chunks, cutter, sessions) = (Of("authority"u8), Of("chunks"u8), Of("cutter"u8), Of("sessions"u8));
        Proof = Of("proof"u8)[..ProofSize];
        byte[] names = Of("names"u8);
        Hidden = new HiddenNames(names);
        CryptographicOperations.ZeroMemory(names);
    }

    public override ReadOnlySpan<byte> Chunks => chunks;

    public override ReadOnlySpan<byte> Cutter => cutter;

    /// <summary>Shows which root key they were derived from, and nothing else of it; 16 bytes.</summary>
    internal byte[] Proof { get; }

    internal override PathNames Names => Hidden;

    internal HiddenNames Hidden { get; }

    internal override ReadOnlySpan<byte> Authority => authority;

    /// <summary>Derives the keys.</summary>
    /// <param name="root">The root key.</param>
    /// <param name="configuration">The SHA-256 at the end of the configuration: another configuration has other keys.</param>
    public static RepositoryKeys Derive(RootKey root, ReadOnlySpan<byte> configuration)
    {
        Crypto.Require();
        byte[] prk = GC.AllocateArray<byte>(KeySize, pinned: true);
        Machine.GuardMemory(prk);
        HKDF.Extract(HashAlgorithmName.SHA256, root.Span, configuration, prk);
        return new RepositoryKeys(prk);
    }

    internal override Session? Writing(ObjectType type) => null;

    internal override ReadOnlySpan<byte> For(ObjectType type) => type switch
    {
        ObjectType.Pack => packs,
        ObjectType.Saveset or ObjectType.Expired or ObjectType.Tags => savesets,
        ObjectType.Run or ObjectType.CheckRecord => index,
        ObjectType.Settings or ObjectType.Condemned or ObjectType.Intent => work,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "is not sealed"),
    };

    internal override Session? Find(ReadOnlySpan<byte> id, ReadOnlySpan<byte> block)
    {
        UInt128 key = MemoryMarshal.Read<UInt128>(id);
        lock (gate)
        {
            if (found.TryGetValue(key, out Session? known))
            {
                // The last bytes of a block are reserved, and anybody may have put something there.
                return block[..Session.NamedSize].SequenceEqual(known.Block[..Session.NamedSize]) ? known : null;
            }

            if (secretKey is null)
            {
                secretKey = GC.AllocateArray<byte>(XWing.PrivateKeySize, pinned: true);
                Machine.GuardMemory(secretKey);
                XWing.GenerateKeyPair(new byte[XWing.PublicKeySize], secretKey, sessions);
            }

            byte[] identity = IdentityOf(Session.HostOf(block));
            Session? session = Session.TryOpen(id, block, secretKey, identity);
            CryptographicOperations.ZeroMemory(identity);
            if (session is null)
            {
                return null;
            }

            if (found.Count >= SessionLimit)
            {
                // Not overwritten: another thread may be deriving a key.
                found.Clear();
            }

            found.Add(key, session);
            return session;
        }
    }

    /// <summary>The host key of a host.</summary>
    /// <param name="host">Its name.</param>
    /// <param name="configuration">The SHA-256 at the end of the configuration.</param>
    internal HostKey MakeHostKey(string host, ReadOnlySpan<byte> configuration)
    {
        byte[] open = new byte[XWing.PublicKeySize];
        byte[] secret = GC.AllocateArray<byte>(XWing.PrivateKeySize, pinned: true);
        XWing.GenerateKeyPair(open, secret, sessions);
        CryptographicOperations.ZeroMemory(secret);
        string folder = Hidden.FolderOf(host);
        return new HostKey(host, folder, configuration.ToArray(), open, IdentityOf(HiddenNames.VectorOf(folder)), Hidden.SubsetKeyOf(host), [.. work],
            [.. chunks], [.. cutter]);
    }

    protected override void Dispose(bool disposing)
    {
        foreach (byte[]? key in (byte[]?[])[prk, packs, savesets, index, work, authority, chunks, cutter, sessions, secretKey])
        {
            CryptographicOperations.ZeroMemory(key);
        }

        lock (gate)
        {
            foreach (Session session in found.Values)
            {
                session.Dispose();
            }
        }

        Hidden.Dispose();
    }

    private byte[] IdentityOf(ReadOnlySpan<byte> host) => Of([.. "host"u8, .. host]);

    private byte[] Of(ReadOnlySpan<byte> purpose)
    {
        byte[] key = GC.AllocateArray<byte>(KeySize, pinned: true);
        Machine.GuardMemory(key);
        HKDF.Expand(HashAlgorithmName.SHA256, prk, key, (byte[])[.. "backshift/1 "u8, .. purpose]);
        return key;
    }
}
