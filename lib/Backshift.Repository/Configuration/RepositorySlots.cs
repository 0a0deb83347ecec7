using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Client;
using Backshift.Sealing;

namespace Backshift.Repository.Configuration;

/// <summary>The key of an encrypted repository, and the slots in which it lies; see backshift-repository(5), "Slots". Nothing else of the repository is
/// read.</summary>
public sealed class RepositorySlots : IDisposable
{
    private readonly IObjectStore store;
    private readonly IKeySource source;
    private RootKey? key;

    private RepositorySlots(IObjectStore store, byte[] sum, IKeySource source)
    {
        this.store = store;
        this.source = source;
        Sum = sum;
    }

    /// <summary>The SHA-256 at the end of the configuration, on which all keys depend.</summary>
    public byte[] Sum { get; }

    /// <summary>How many slots cannot be read.</summary>
    public int Unreadable { get; private set; }

    /// <summary>The root key, found when it is first asked for.</summary>
    /// <exception cref="BackshiftException">There is none, or the passphrase is wrong.</exception>
    public RootKey Key => key ??= SealedRepository.FindKey(store, Sum, source);

    /// <summary>Opens the slots of a repository.</summary>
    /// <param name="root">Its directory.</param>
    /// <param name="source">Where the key comes from.</param>
    /// <exception cref="BackshiftException">There is no repository, or it is not encrypted.</exception>
    public static RepositorySlots Open(BytePath root, IKeySource source) => TryOpen(root, source)
        ?? throw new BackshiftException(ExitCode.DataError, $"{root}: is not encrypted, so it has no key");

    /// <summary>As <see cref="Open"/>; null if the repository is not encrypted.</summary>
    public static RepositorySlots? TryOpen(BytePath root, IKeySource source)
    {
        IObjectStore? store = Stores.Open(root);
        try
        {
            RepositorySlots? slots = TryOpen(store, source);
            store = slots is null ? store : null;
            return slots;
        }
        finally
        {
            store?.Dispose();
        }
    }

    private static RepositorySlots? TryOpen(IObjectStore store, IKeySource source)
    {
        RepositoryConfig config = RepositoryConfig.Read(store);
        if (!config.IsSealed)
        {
            SealedRepository.RefuseExchanged(store);
        }

        return config.IsSealed ? new RepositorySlots(store, config.Sum, source) : null;
    }

    // Not by a look before: on another machine each connection takes a while.
    private static IObjectStore? TryOpenIfThere(BytePath root)
    {
        try
        {
            return Stores.Open(root, mayKeep: true);
        }
        catch (BackshiftException e) when (e.Code == ExitCode.NoInput && e is not StoreException && !RepositoryDirectory.Exists(root))
        {
            return null;
        }
    }

    /// <summary>The root key of a repository, to be left to other programs; null if it is not encrypted, there is none, or the key is that of a host.</summary>
    /// <param name="root">Its directory.</param>
    /// <param name="source">Where the key comes from.</param>
    /// <param name="chunks">The keys that cutting takes; null as well as the root key.</param>
    /// <param name="opened">The store, the caller's from now on; null if there is none. That of an encrypted repository on this machine is closed: it is soon
    /// opened again, and the keys that are left should have low descriptors, which a shell can close.</param>
    /// <exception cref="BackshiftException">It is encrypted, and its key cannot be had.</exception>
    public static RootKey? KeyOf(BytePath root, IKeySource source, out ChunkKeys? chunks, out IObjectStore? opened)
    {
        chunks = null;
        opened = null;
        IObjectStore? store = TryOpenIfThere(root);
        try
        {
            bool isSealed = false;
            RootKey? key = store is null ? null : KeyIn(store, source, out chunks, out isSealed);
            if (!isSealed || Stores.IsRemote(root))
            {
                opened = store;
                store = null;
            }

            return key;
        }
        finally
        {
            store?.Dispose();
        }
    }

    private static RootKey? KeyIn(IObjectStore store, IKeySource source, out ChunkKeys? chunks, out bool isSealed)
    {
        chunks = null;
        RepositorySlots? slots = TryOpen(store, source);
        isSealed = slots is not null;
        if (slots is null)
        {
            return null;
        }

        using HostKey? host = SealedRepository.TryFindHostKey(store, slots.Sum, source);
        if (host is not null)
        {
            return null;
        }

        RootKey found = slots.Key;
        chunks = ChunkKeys.Derive(found, slots.Sum);
        return found;
    }

    /// <summary>All slots that can be read, oldest first.</summary>
    public List<KeySlot> List()
    {
        Unreadable = 0;
        List<KeySlot> slots = KeySlot.ReadAll(store, _ => Unreadable++);
        slots.Sort(static (one, other) => one.Made.CompareTo(other.Made));
        return slots;
    }

    /// <summary>Adds a slot.</summary>
    /// <param name="passphrase">The passphrase that opens it.</param>
    /// <param name="note">What the user calls it.</param>
    /// <param name="clock">Tells the time.</param>
    /// <exception cref="StoreException">It cannot be written.</exception>
    public KeySlot Add(byte[] passphrase, string note, TimeProvider clock) => Add((key, sum) => KeySlot.Make(key, passphrase, sum, note, clock));

    /// <summary>Adds a slot.</summary>
    /// <param name="make">Makes it of the root key and the SHA-256 at the end of the configuration.</param>
    /// <exception cref="StoreException">It cannot be written.</exception>
    public KeySlot Add(Func<RootKey, byte[], KeySlot> make)
    {
        if (Names().Count >= KeySlot.Most)
        {
            throw new BackshiftException(ExitCode.DataError, $"{store.Location}: has {KeySlot.Most} key slots, as many as there may be",
                "remove one first: bs-key remove");
        }

        KeySlot slot = make(Key, Sum);
        store.PrepareForWriting();
        slot.Publish(store);
        return slot;
    }

    /// <summary>The names of all slots, also of those that cannot be read.</summary>
    public List<ObjectName> Names() => [.. store.List(ObjectType.KeySlot).Select(static path => path.Name)];

    /// <summary>Removes a slot: its passphrase opens nothing any more, unless a copy of it was kept.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="BackshiftException">It is the last one that can be read.</exception>
    /// <exception cref="StoreException">It cannot be deleted.</exception>
    public void Remove(ObjectName name)
    {
        List<KeySlot> slots = List();
        if (!slots.Exists(other => other.Name != name))
        {
            throw IsLast(name);
        }

        if (!store.Delete(ObjectPath.KeySlot(name)))
        {
            throw new BackshiftException(ExitCode.NotPermitted, $"key slot {name}: may not be deleted");
        }

        if (List().Count == 0 && slots.Find(slot => slot.Name == name) is { } removed)
        {
            // Another program has removed the others meanwhile.
            removed.Publish(store);
            throw IsLast(name);
        }

        store.MakeDurable(ObjectPath.KeySlot(name));
    }

    private static BackshiftException IsLast(ObjectName name) =>
        new(ExitCode.DataError, $"key slot {name}: is the last one", "add another one first: bs-key add");

    public void Dispose()
    {
        key?.Dispose();
        store.Dispose();
    }
}
