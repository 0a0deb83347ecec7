using System.Security.Cryptography;
using Backshift.Objects;
using Backshift.Records;

namespace Backshift.Sealing;

/// <summary>
/// The keys of a host that may only write: it reads what all writers tell each other, and what it saves is encrypted in a session, whose keys it forgets when
/// it ends.
/// </summary>
internal sealed class HostKeys : SealingKeys
{
    private readonly byte[] identity, identityOfSavesets, work, chunks, cutter;
    private readonly HostNames names;
    private readonly Lazy<Session> packs, savesets;

    /// <param name="key">The host key; copied.</param>
    internal HostKeys(HostKey key)
    {
        Crypto.Require();
        (work, chunks, cutter) = (Guarded(key.Work), Guarded(key.Chunks), Guarded(key.Cutter));
        (identity, identityOfSavesets) = (Guarded(key.Identity), Guarded(key.IdentityOfSavesets));
        names = new HostNames(key);
        (byte[] ofPacks, byte[] ofSavesets) = (key.Public, key.PublicOfSavesets);
        packs = new Lazy<Session>(() => Session.Begin(Session.ForPacks, ofPacks, names.Vector, identity));
        savesets = new Lazy<Session>(() => Session.Begin(Session.ForSavesets, ofSavesets, names.Vector, identityOfSavesets));
    }

    public override ReadOnlySpan<byte> Chunks => chunks;

    public override ReadOnlySpan<byte> Cutter => cutter;

    internal override PathNames Names => names;

    internal override ReadOnlySpan<byte> Authority => default;

    internal override Session? Writing(ObjectType type) => Session.PurposeOf(type) is { } purpose ? For(purpose).Value : null;

    internal override ReadOnlySpan<byte> For(ObjectType type) =>
        type is ObjectType.Settings or ObjectType.Condemned or ObjectType.Intent ? work : default;

    internal override Session? Find(string purpose, ReadOnlySpan<byte> id, ReadOnlySpan<byte> block) =>
        For(purpose) is { IsValueCreated: true } begun && begun.Value.Block.SequenceEqual(block) ? begun.Value : null;

    internal override BackshiftException Refuse() => new(ExitCode.NotPermitted, "the key is that of a host, with which one can only save");

    protected override void Dispose(bool disposing)
    {
        foreach (byte[] key in (byte[][])[identity, identityOfSavesets, work, chunks, cutter])
        {
            CryptographicOperations.ZeroMemory(key);
        }

        names.Dispose();
        foreach (Lazy<Session> session in (Lazy<Session>[])[packs, savesets])
        {
            if (session.IsValueCreated)
            {
                session.Value.Dispose();
            }
        }
    }

    private Lazy<Session> For(string purpose) => purpose == Session.ForPacks ? packs : savesets;
}
