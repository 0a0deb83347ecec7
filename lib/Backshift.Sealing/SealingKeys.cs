using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing;

/// <summary>The keys with which a process encrypts and decrypts the objects of a repository: all of them, or those of a host that may only write, or of a
/// program that collects. May be used by several threads.</summary>
public abstract class SealingKeys : IDisposable
{
    /// <summary>Length of a key in bytes.</summary>
    internal const int KeySize = 32;

    /// <summary>The key of the digests of chunks, 32 bytes.</summary>
    public abstract ReadOnlySpan<byte> Chunks { get; }

    /// <summary>The seed of the cutter, 32 bytes.</summary>
    public abstract ReadOnlySpan<byte> Cutter { get; }

    /// <summary>Hides the names of hosts and subsets.</summary>
    internal abstract PathNames Names { get; }

    /// <summary>The key that shows that settings and condemned lists are not of a host that may only write; empty where there is none.</summary>
    internal abstract ReadOnlySpan<byte> Authority { get; }

    /// <summary>The session in which objects of a type are written; null for none.</summary>
    internal abstract Session? Writing(ObjectType type);

    /// <summary>The key from which those of objects of a type are derived that have no session; empty where there is none.</summary>
    internal abstract ReadOnlySpan<byte> For(ObjectType type);

    /// <summary>The session that a seal tells; null if it is damaged, or cannot be had with these keys.</summary>
    /// <param name="purpose">What the session has to be for.</param>
    /// <param name="id">What the seal tells it by.</param>
    /// <param name="block">The session block.</param>
    internal abstract Session? Find(string purpose, ReadOnlySpan<byte> id, ReadOnlySpan<byte> block);

    /// <summary>Says that these keys do not serve for what was asked of them.</summary>
    internal virtual BackshiftException Refuse() => throw new InvalidOperationException("these are all keys");

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A copy of a key in memory that is guarded.</summary>
    internal static byte[] Guarded(ReadOnlySpan<byte> key)
    {
        byte[] copy = GC.AllocateArray<byte>(key.Length, pinned: true);
        Machine.GuardMemory(copy);
        key.CopyTo(copy);
        return copy;
    }

    /// <summary>Overwrites the keys.</summary>
    protected abstract void Dispose(bool disposing);
}
