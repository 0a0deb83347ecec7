using System.Security.Cryptography;
using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Sealing;

/// <summary>All keys of one sealed repository, by purpose, derived from its root key; see backshift-repository(5), "Keys".</summary>
public sealed class RepositoryKeys : SealingKeys
{
    /// <summary>Length in bytes of what shows which root key it is.</summary>
    internal const int ProofSize = 16;

    private readonly byte[] prk, packs, savesets, index, work, authority, chunks, cutter, sessions, collecting;
    private readonly KnownSessions ofPacks, ofSavesets;

    private RepositoryKeys(byte[] prk)
    {
        this.prk = prk;
        (packs, savesets, index, work) = (Of("packs"u8), Of("savesets"u8), Of("index"u8), Of("work"u8));
        (authority, chunks, cutter) = (Of("authority"u8), Of("chunks"u8), Of("cutter"u8));
        (sessions, collecting) = (Of("sessions"u8), Of("collecting"u8));
        ofPacks = new KnownSessions(Session.ForPacks, sessions, IdentityOf);
        ofSavesets = new KnownSessions(Session.ForSavesets, collecting, host => CollectingKey.IdentityOf(savesets, host));
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
        ObjectType.Saveset or ObjectType.Expired or ObjectType.Tags or ObjectType.Moved => savesets,
        ObjectType.Run or ObjectType.CheckRecord => index,
        ObjectType.Settings or ObjectType.Condemned or ObjectType.Intent => work,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "is not sealed"),
    };

    internal override Session? Find(string purpose, ReadOnlySpan<byte> id, ReadOnlySpan<byte> block) =>
        (purpose == Session.ForPacks ? ofPacks : ofSavesets).Find(id, block);

    /// <summary>The host key of a host.</summary>
    /// <param name="host">Its name.</param>
    /// <param name="configuration">The SHA-256 at the end of the configuration.</param>
    internal HostKey MakeHostKey(string host, ReadOnlySpan<byte> configuration)
    {
        string folder = Hidden.FolderOf(host);
        byte[] vector = HiddenNames.VectorOf(folder);
        return new HostKey
        {
            Host = host,
            Folder = folder,
            Configuration = configuration.ToArray(),
            Public = ofPacks.PublicKey(),
            Identity = IdentityOf(vector),
            PublicOfSavesets = ofSavesets.PublicKey(),
            IdentityOfSavesets = CollectingKey.IdentityOf(savesets, vector),
            Subsets = Hidden.SubsetKeyOf(host),
            Work = Guarded(work),
            Chunks = Guarded(chunks),
            Cutter = Guarded(cutter),
        };
    }

    /// <summary>The collecting key.</summary>
    /// <param name="configuration">The SHA-256 at the end of the configuration.</param>
    internal CollectingKey MakeCollectingKey(ReadOnlySpan<byte> configuration) => new()
    {
        Configuration = configuration.ToArray(),
        Savesets = Guarded(savesets),
        Collecting = Guarded(collecting),
        Names = Of("names"u8),
        Index = Guarded(index),
        Work = Guarded(work),
        Authority = Guarded(authority),
    };

    protected override void Dispose(bool disposing)
    {
        foreach (byte[] key in (byte[][])[prk, packs, savesets, index, work, authority, chunks, cutter, sessions, collecting])
        {
            CryptographicOperations.ZeroMemory(key);
        }

        ofPacks.Dispose();
        ofSavesets.Dispose();
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
