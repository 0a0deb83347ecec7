using System.Buffers;
using System.IO.Hashing;
using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Parity;

namespace Backshift.Repository.Packs;

/// <summary>A pack that is open for reading, with its directory.</summary>
internal sealed class OpenPack : IDisposable
{
    private readonly IObjectStore store;
    private readonly Lock gate = new();
    private IStoredObject? healed;
    private bool soughtParity;

    private OpenPack(IObjectStore store, IStoredObject stored, PackDirectory directory)
    {
        this.store = store;
        Stored = stored;
        Directory = directory;
    }

    internal IStoredObject Stored { get; }

    /// <summary>What was wrong with its directory, if parity had to heal that; otherwise null.</summary>
    internal string? Fault { get; private init; }

    internal PackDirectory Directory { get; }

    internal ObjectName Name => Directory.Name;

    /// <summary>When it was used last, on the shelf's own clock.</summary>
    internal long LastUse { get; set; }

    /// <summary>How many jobs read from it: it must stay open for them.</summary>
    internal int Readers { get; set; }

    /// <summary>Opens a pack: in one request, unless it has a long directory.</summary>
    /// <param name="repository">Where it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="heals">Whether one whose directory is damaged is opened with the help of its parity.</param>
    /// <param name="tail">How much of its end is read at once.</param>
    /// <returns>Null if it is gone.</returns>
    /// <exception cref="BackshiftException">It is damaged.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    internal static OpenPack? TryOpen(RepositoryDirectory repository, ObjectName name, bool heals = false, int tail = PackLimits.UsualTail)
    {
        try
        {
            return TryOpenFresh(repository.Store, name, tail);
        }
        catch (BackshiftException e) when (heals && TryOpenHealed(repository.Store, name, e) is { } pack)
        {
            return pack;
        }
    }

    /// <summary>A pack that is not published.</summary>
    /// <param name="store">Where it is going to be.</param>
    /// <param name="stored">The pack; left to the caller, so what is returned is not to be disposed of.</param>
    /// <param name="name">The name that it is to have.</param>
    /// <exception cref="BackshiftException">It is damaged.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    internal static OpenPack Unpublished(IObjectStore store, IStoredObject stored, ObjectName name) => new(store, stored, PackDirectory.Read(stored, [], name));

    /// <summary>The bytes of a block as they were written, healed if need be; null if they are lost.</summary>
    internal byte[]? TryReadStored(in BlockRecord block)
    {
        byte[] bytes = new byte[block.Stored];
        try
        {
            if (Stored.ReadAt(bytes, block.Offset) == bytes.Length && Crc32.HashToUInt32(bytes) == block.Crc)
            {
                return bytes;
            }
        }
        catch (StoreException)
        {
            // Parity is what is left.
        }

        return TryHeal(bytes, block.Offset) && Crc32.HashToUInt32(bytes) == block.Crc ? bytes : null;
    }

    /// <summary>Reads bytes of a block again, with the help of parity.</summary>
    /// <param name="frame">Takes the bytes. They need not be right.</param>
    /// <param name="offset">Where they are in the pack.</param>
    /// <returns>Whether there is parity, and all of them could be read.</returns>
    internal bool TryHeal(Span<byte> frame, long offset)
    {
        lock (gate)
        {
            if (!soughtParity)
            {
                soughtParity = true;
                healed ??= Healed(store, Name, Stored.AsStored());
            }
        }

        try
        {
            return healed is not null && healed.ReadAt(frame, offset) == frame.Length;
        }
        catch (StoreException)
        {
            return false;
        }
    }

    /// <summary>The pack, read with the help of its parity; null if it has none.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="stored">The pack as it is stored; not closed with what is returned.</param>
    private static IStoredObject? Healed(IObjectStore store, ObjectName name, IStoredObject stored)
    {
        if (HealedPack.TryOpen(store, name, stored) is not { } healed)
        {
            return null;
        }

        try
        {
            return store.Unsealed(healed, ObjectPath.Pack(name));
        }
        catch (BackshiftException)
        {
            healed.Dispose();
            return null;
        }
    }

    // What a cache has of it damages nothing.
    private static OpenPack? TryOpenFresh(IObjectStore store, ObjectName name, int length)
    {
        try
        {
            return TryOpen(store, name, length);
        }
        catch (BackshiftException e) when (e is not StoreException && store.TryForget(ObjectPath.Pack(name)))
        {
            return TryOpen(store, name, length);
        }
    }

    private static OpenPack? TryOpen(IObjectStore store, ObjectName name, int length)
    {
        byte[] tail = ArrayPool<byte>.Shared.Rent(length);
        IStoredObject? stored = null;
        try
        {
            stored = store.TryOpen(ObjectPath.Pack(name), ObjectEnd.Tail, tail.AsSpan(0, length), out int count);
            if (stored is null)
            {
                return null;
            }

            OpenPack pack = new(store, stored, PackDirectory.Read(stored, tail.AsSpan(0, count), name));
            stored = null;
            return pack;
        }
        finally
        {
            stored?.Dispose();
            ArrayPool<byte>.Shared.Return(tail);
        }
    }

    private static OpenPack? TryOpenHealed(IObjectStore store, ObjectName name, BackshiftException damage)
    {
        IStoredObject? stored = null, healed = null;
        try
        {
            stored = store.Raw.TryOpen(ObjectPath.Pack(name), ObjectEnd.Tail, [], out _);
            healed = stored is null ? null : Healed(store, name, stored);
            if (healed is null)
            {
                return null;
            }

            string fault = damage is StoreException trouble ? $"pack {name}: {trouble.Reason}" : damage.Message;
            OpenPack pack = new(store, stored!, PackDirectory.Read(healed, tail: [], name)) { Fault = fault, healed = healed, soughtParity = true };
            (stored, healed) = (null, null);
            return pack;
        }
        catch (BackshiftException)
        {
            // What is wrong with the pack was said by what parity could not heal.
            return null;
        }
        finally
        {
            healed?.Dispose();
            stored?.Dispose();
        }
    }

    public void Dispose()
    {
        healed?.Dispose();
        Stored.Dispose();
    }
}
