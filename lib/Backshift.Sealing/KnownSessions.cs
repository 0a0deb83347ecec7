using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Backshift.Posix;
using Geralt;

namespace Backshift.Sealing;

/// <summary>The sessions for one purpose that a process has found by the secret key; they are kept until there are many. May be used by several
/// threads.</summary>
/// <param name="purpose">What they are for.</param>
/// <param name="seed">The seed of the key pair; neither copied nor overwritten.</param>
/// <param name="identityOf">Makes the key of a host, which is overwritten after use.</param>
internal sealed class KnownSessions(string purpose, byte[] seed, KnownSessions.IdentityOf identityOf) : IDisposable
{
    // Each takes a decapsulation to find again, 0.2 ms.
    private const int Limit = 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, Session> found = [];
    private byte[]? secretKey;

    /// <summary>Makes the key of a host.</summary>
    /// <param name="host">What tells the host.</param>
    internal delegate byte[] IdentityOf(ReadOnlySpan<byte> host);

    /// <summary>The public key, with which sessions are begun.</summary>
    internal byte[] PublicKey()
    {
        byte[] open = new byte[XWing.PublicKeySize];
        byte[] secret = GC.AllocateArray<byte>(XWing.PrivateKeySize, pinned: true);
        XWing.GenerateKeyPair(open, secret, seed);
        CryptographicOperations.ZeroMemory(secret);
        return open;
    }

    /// <summary>The session that a seal tells; null if it is damaged.</summary>
    /// <param name="id">What the seal tells it by.</param>
    /// <param name="block">The session block.</param>
    internal Session? Find(ReadOnlySpan<byte> id, ReadOnlySpan<byte> block)
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
                XWing.GenerateKeyPair(new byte[XWing.PublicKeySize], secretKey, seed);
            }

            byte[] identity = identityOf(Session.HostOf(block));
            Session? session = Session.TryOpen(purpose, id, block, secretKey, identity);
            CryptographicOperations.ZeroMemory(identity);
            if (session is null)
            {
                return null;
            }

            if (found.Count >= Limit)
            {
                // Not overwritten: another thread may be deriving a key.
                found.Clear();
            }

            found.Add(key, session);
            return session;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            CryptographicOperations.ZeroMemory(secretKey);
            foreach (Session session in found.Values)
            {
                session.Dispose();
            }
        }
    }
}
