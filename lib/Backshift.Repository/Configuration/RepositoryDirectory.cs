using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Client;
using Backshift.Sealing;

namespace Backshift.Repository.Configuration;

/// <summary>A repository: its configuration, and the door to its objects.</summary>
public sealed class RepositoryDirectory : IDisposable
{
    private RepositoryDirectory(IObjectStore store, RepositoryConfig config, TimeProvider clock, bool readsPacks)
    {
        ReadsPacks = readsPacks;
        Store = store;
        Config = config;
        Clock = clock;
        Lag = new ListingLag(store);
    }

    /// <summary>The path that the user gave, for messages.</summary>
    public BytePath Root => Store.Location;

    public RepositoryConfig Config { get; }

    /// <summary>The clock of this machine, unless a test sets another.</summary>
    internal TimeProvider Clock { get; }

    /// <summary>Where the objects are.</summary>
    internal IObjectStore Store { get; }

    /// <summary>Whether listings may lag, for this program or for another one.</summary>
    internal ListingLag Lag { get; }

    /// <summary>Whether packs can be read: not with a collecting key.</summary>
    public bool ReadsPacks { get; }

    /// <summary>Whether there is a repository, whole or not.</summary>
    public static bool Exists(BytePath root) => Stores.Exists(root);

    /// <inheritdoc cref="Stores.RefuseOccupied"/>
    public static void RefuseOccupied(BytePath root) => Stores.RefuseOccupied(root);

    /// <inheritdoc cref="Stores.IsVacant"/>
    public static bool IsVacant(BytePath root) => Stores.IsVacant(root);

    /// <summary>Opens a repository.</summary>
    /// <param name="root">Its directory.</param>
    /// <param name="keys">Where the key of an encrypted repository comes from; null for nowhere.</param>
    /// <param name="leavesCache">Whether what is stored is kept out of the page cache.</param>
    /// <param name="mayKeep">Whether indexes and nodes of a repository elsewhere may come from a cache of this machine; see <see cref="Stores.Open"/>.</param>
    /// <param name="first">What this program reads first.</param>
    /// <exception cref="BackshiftException">There is none, or its configuration is damaged.</exception>
    public static RepositoryDirectory Open(
        BytePath root, IKeySource? keys = null, bool leavesCache = false, bool mayKeep = false, FirstReads first = FirstReads.Other)
    {
        RepositoryDirectory opened = Open(Stores.Open(root, leavesCache, mayKeep, first), keys: keys);
        RepositoryDirectory? refused = opened;
        try
        {
            if (!opened.Config.IsSealed)
            {
                SealedRepository.RefuseExchanged(opened.Store);
            }

            refused = null;
            return opened;
        }
        finally
        {
            refused?.Dispose();
        }
    }

    /// <summary>Opens the repository in a store.</summary>
    /// <param name="store">The store; closed with the repository, and also if there is none.</param>
    /// <param name="clock">The clock of this machine; null for the system's.</param>
    /// <exception cref="BackshiftException">There is none, or its configuration is damaged.</exception>
    /// <param name="keys">Where the key of an encrypted repository comes from; null for nowhere.</param>
    public static RepositoryDirectory Open(IObjectStore store, TimeProvider? clock = null, IKeySource? keys = null)
    {
        IObjectStore? opened = store;
        try
        {
            RepositoryConfig config = RepositoryConfig.Read(store);
            bool readsPacks = true;
            if (config.IsSealed && SealedRepository.TryFindHostKey(store, config.Sum, keys) is { } host)
            {
                using (host)
                {
                    HostStore mine = new(store, host, keys!.CopiesOf(config.Sum));
                    opened = store = mine;
                    config = config.With(mine.Keys);
                }
            }
            else if (config.IsSealed && SealedRepository.TryFindCollectingKeys(store, config.Sum, keys) is { } collecting)
            {
                opened = store = new SealedStore(store, collecting);
                config = config.With(collecting);
                readsPacks = false;
            }
            else if (config.IsSealed)
            {
                RepositoryKeys derived = SealedRepository.Unlock(store, config.Sum, keys);
                opened = store = new SealedStore(store, derived, keys?.HidesAccess ?? false);
                config = config.With(derived);
            }
            else
            {
                SealedRepository.RefusePlain(store.Location, keys);
            }

            RepositoryDirectory repository = new(store, config.WithSettings(store), clock ?? TimeProvider.System, readsPacks);
            opened = null;
            return repository;
        }
        finally
        {
            opened?.Dispose();
        }
    }

    /// <summary>Makes a repository in a directory that is missing or empty.</summary>
    /// <param name="root">The directory.</param>
    /// <param name="config">What it is made with.</param>
    /// <param name="shared">Whether the group of the directory may read and write it too, and not its owner alone. The umask has no effect.</param>
    /// <param name="note">Receives what the file system lacks.</param>
    /// <exception cref="BackshiftException">There is something in the directory already, or its group cannot be given the right to write.</exception>
    /// <exception cref="StoreException">It cannot be written.</exception>
    /// <param name="lockWith">Makes the slots of a repository that is encrypted: takes the root key and the sum of the configuration.</param>
    public static RepositoryDirectory Create(
        BytePath root, RepositoryConfig config, bool shared = false, Action<string>? note = null, Func<RootKey, byte[], IEnumerable<KeySlot>>? lockWith = null)
    {
        using RootKey? key = lockWith is null ? null : RootKey.Random();
        using (IObjectStore store = Stores.Make(root, shared, note))
        {
            byte[] named = (config with { Id = ObjectName.Random(), IsSealed = key is not null }).Encode();
            List<KeySlot> slots = key is null ? [] : [.. lockWith!(key, SmallObject.SumOf(named))];

            // A slot comes first: a repository without one could not be opened by anybody.
            slots.ForEach(slot => slot.Publish(store));

            // What is older than the configuration is older than every collector.
            ListingLag.Announce(store);
            if (!store.TryPublish(ObjectPath.Configuration, named))
            {
                // Another writer was faster, and these open nothing.
                slots.ForEach(slot => store.Delete(ObjectPath.KeySlot(slot.Name)));
                throw Stores.ExistsAlready(root);
            }
        }

        return key is null ? Open(root) : Open(Stores.Open(root), keys: new KnownKey(key));
    }

    /// <summary>Makes a repository unless there is one already, or another writer makes it in the meantime.</summary>
    /// <param name="root">The directory.</param>
    /// <param name="config">What it is made with.</param>
    /// <param name="note">Receives what the file system lacks.</param>
    /// <param name="chooseLock">Returns what makes the slots of one that is encrypted, null for one that is not; called once it is clear that it can be made,
    /// since it may ask the user.</param>
    /// <inheritdoc cref="Create"/>
    public static void CreateIfMissing(
        BytePath root, RepositoryConfig config, Action<string> note, Func<Func<RootKey, byte[], IEnumerable<KeySlot>>?> chooseLock)
    {
        if (Exists(root))
        {
            return;
        }

        try
        {
            RefuseOccupied(root);
            Create(root, config, note: note, lockWith: chooseLock()).Dispose();
        }
        catch (BackshiftException e) when (e.Code == ExitCode.CannotCreate && Exists(root))
        {
            // Another writer has made it: that is what was asked for.
        }
    }

    /// <summary>The names of all packs that a listing shows.</summary>
    /// <exception cref="BackshiftException">Something else is in the place of a directory.</exception>
    /// <exception cref="StoreException">A directory cannot be read.</exception>
    public IEnumerable<ObjectName> ListPacks() => Store.List(ObjectType.Pack).Select(static path => path.Name);

    /// <summary>The names of all packs that have parity, as far as a listing shows them.</summary>
    /// <exception cref="BackshiftException">Something else is in the place of a directory.</exception>
    /// <exception cref="StoreException">A directory cannot be read.</exception>
    public IEnumerable<ObjectName> ListParity() => Store.List(ObjectType.Parity).Select(static path => path.Name);

    /// <summary>The names of all runs that a listing shows.</summary>
    /// <exception cref="BackshiftException">Something else is in the place of the directory.</exception>
    /// <exception cref="StoreException">The directory cannot be read.</exception>
    public IEnumerable<ObjectName> ListRuns() => Store.List(ObjectType.Run).Select(static path => path.Name);

    /// <summary>The names of all condemned lists that a listing shows.</summary>
    /// <exception cref="BackshiftException">Something else is in the place of the directory.</exception>
    /// <exception cref="StoreException">The directory cannot be read.</exception>
    public IEnumerable<ObjectName> ListCondemned() => Store.List(ObjectType.Condemned).Select(static path => path.Name);

    /// <summary>Looks whether this program may write to the repository.</summary>
    /// <exception cref="BackshiftException">It must not, or not as the repository is.</exception>
    public void PrepareForWriting()
    {
        if (Config.WriteRefusal is { } reason)
        {
            throw new BackshiftException(ExitCode.DataError, $"{Root.Join(ObjectPath.Configuration.Path)}: {reason}",
                "a newer Backshift made the repository; this one can only read it");
        }

        Store.PrepareForWriting();
    }

    /// <summary>As <see cref="PrepareForWriting"/>, for a program that relies on packs without storing anew what it cannot rely on: to be called before it
    /// looks at anything.</summary>
    /// <exception cref="BackshiftException">It must not write, or not yet; see <see cref="ListingLag.RefuseAtFirst"/>.</exception>
    public void PrepareForRelying()
    {
        PrepareForWriting();
        Lag.RefuseAtFirst();
    }

    /// <summary>
    /// Verifies that the repository is still found at the path that the user gave: not moved, unmounted or replaced meanwhile. To be called before a
    /// program says that it has stored something.
    /// </summary>
    /// <exception cref="BackshiftException">It is not, and what was stored is elsewhere.</exception>
    /// <exception cref="StoreException">That cannot be determined.</exception>
    public void VerifyPlace() => Store.VerifyPlace(null);

    public void Dispose() => Store.Dispose();
}
