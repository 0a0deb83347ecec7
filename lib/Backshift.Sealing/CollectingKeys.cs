using System.Security.Cryptography;
using Backshift.Objects;
using Backshift.Records;

namespace Backshift.Sealing;

/// <summary>The keys of a program that expires and collects: of all objects but packs.</summary>
internal sealed class CollectingKeys : SealingKeys
{
    private readonly byte[] savesets, collecting, index, work, authority;
    private readonly HiddenNames names;
    private readonly KnownSessions sessions;

    /// <param name="key">The collecting key; copied.</param>
    internal CollectingKeys(CollectingKey key)
    {
        Crypto.Require();
        (savesets, collecting) = (Guarded(key.Savesets), Guarded(key.Collecting));
        (index, work, authority) = (Guarded(key.Index), Guarded(key.Work), Guarded(key.Authority));
        names = new HiddenNames(key.Names);
        sessions = new KnownSessions(Session.ForSavesets, collecting, host => CollectingKey.IdentityOf(savesets, host));
    }

    public override ReadOnlySpan<byte> Chunks => default;

    public override ReadOnlySpan<byte> Cutter => default;

    internal override PathNames Names => names;

    internal override ReadOnlySpan<byte> Authority => authority;

    internal override Session? Writing(ObjectType type) => null;

    internal override ReadOnlySpan<byte> For(ObjectType type) => type switch
    {
        ObjectType.Saveset or ObjectType.Expired or ObjectType.Tags or ObjectType.Moved => savesets,
        ObjectType.Run or ObjectType.CheckRecord => index,
        ObjectType.Settings or ObjectType.Condemned or ObjectType.Intent => work,
        _ => default,
    };

    internal override Session? Find(string purpose, ReadOnlySpan<byte> id, ReadOnlySpan<byte> block) =>
        purpose == Session.ForSavesets ? sessions.Find(id, block) : null;

    internal override BackshiftException Refuse() => new(ExitCode.NotPermitted, "the key is one for collecting, which opens no packs");

    protected override void Dispose(bool disposing)
    {
        foreach (byte[] key in (byte[][])[savesets, collecting, index, work, authority])
        {
            CryptographicOperations.ZeroMemory(key);
        }

        names.Dispose();
        sessions.Dispose();
    }
}
