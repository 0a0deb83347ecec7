using System.Security.Cryptography;
using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Sealing;

/// <summary>
/// The keys of a host that may only write: it reads what all writers tell each other, and what it saves is encrypted in a session, whose keys it forgets when
/// it ends.
/// </summary>
internal sealed class HostKeys : SealingKeys
{
    private readonly byte[] open, identity, work, chunks, cutter;
    private readonly HostNames names;
    private readonly Lazy<Session> session;

    /// <param name="key">The host key; copied.</param>
    internal HostKeys(HostKey key)
    {
        Crypto.Require();
        open = key.Public;
        (identity, work, chunks, cutter) = (Guarded(key.Identity), Guarded(key.Work), Guarded(key.Chunks), Guarded(key.Cutter));
        names = new HostNames(key);
        session = new Lazy<Session>(() => Session.Begin(open, names.Vector, identity));
    }

    public override ReadOnlySpan<byte> Chunks => chunks;

    public override ReadOnlySpan<byte> Cutter => cutter;

    internal override PathNames Names => names;

    internal override ReadOnlySpan<byte> Authority => default;

    internal override Session? Writing(ObjectType type) => type is ObjectType.Pack or ObjectType.Saveset or ObjectType.Expired ? session.Value : null;

    internal override ReadOnlySpan<byte> For(ObjectType type) =>
        type is ObjectType.Settings or ObjectType.Condemned or ObjectType.Intent ? work : default;

    internal override Session? Find(ReadOnlySpan<byte> id, ReadOnlySpan<byte> block) =>
        session.IsValueCreated && session.Value.Block.SequenceEqual(block) ? session.Value : null;

    protected override void Dispose(bool disposing)
    {
        foreach (byte[] key in (byte[][])[identity, work, chunks, cutter])
        {
            CryptographicOperations.ZeroMemory(key);
        }

        names.Dispose();
        if (session.IsValueCreated)
        {
            session.Value.Dispose();
        }
    }

    private static byte[] Guarded(byte[] key)
    {
        byte[] copy = GC.AllocateArray<byte>(key.Length, pinned: true);
        Machine.GuardMemory(copy);
        key.CopyTo(copy, 0);
        return copy;
    }
}
