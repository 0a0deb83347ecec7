using System.Security.Cryptography;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing;

/// <summary>Unlocks an encrypted repository.</summary>
public static partial class SealedRepository
{
    /// <summary>Finds the root key and derives the keys of the repository.</summary>
    /// <param name="store">The repository.</param>
    /// <param name="configuration">The SHA-256 at the end of its configuration.</param>
    /// <param name="source">Where the key comes from; null if it comes from nowhere.</param>
    /// <exception cref="BackshiftException">There is no key, or a wrong one.</exception>
    public static RepositoryKeys Unlock(IObjectStore store, byte[] configuration, IKeySource? source)
    {
        using RootKey root = FindKey(store, configuration, source);
        return RepositoryKeys.Derive(root, configuration);
    }

    /// <inheritdoc cref="Unlock"/>
    /// <summary>Finds the root key.</summary>
    public static RootKey FindKey(IObjectStore store, byte[] configuration, IKeySource? source)
    {
        RootKey? found = null;
        try
        {
            return found = Search(store, configuration, source);
        }
        finally
        {
            source?.EndSearch(configuration, found);
        }
    }

    /// <inheritdoc cref="Unlock"/>
    /// <summary>Finds the keys that cutting takes, and no other ones where the source has them apart.</summary>
    public static ChunkKeys FindChunkKeys(IObjectStore store, byte[] configuration, IKeySource? source)
    {
        Crypto.Require();
        if (source?.TryGetChunkKeys(store.Location, configuration) is { } handed)
        {
            return handed;
        }

        if (TryFindHostKey(store, configuration, source) is { } host)
        {
            using (host)
            {
                return ChunkKeys.Of([.. configuration[..ChunkKeys.SumSize], .. host.Cutter, .. host.Chunks], store.Location, configuration);
            }
        }

        using RootKey root = FindKey(store, configuration, source);
        return ChunkKeys.Derive(root, configuration);
    }

    private static RootKey Search(IObjectStore store, byte[] configuration, IKeySource? source)
    {
        Crypto.Require();

        // Refused by a source that knows what its program needs.
        source?.TryGetHostKey(store.Location, configuration)?.Dispose();
        source?.TryGetCollectingKey(store.Location, configuration)?.Dispose();
        int unreadable = 0;
        List<KeySlot> slots = KeySlot.ReadAll(store, _ => unreadable++);
        if (source?.TryGetKey(store.Location, configuration) is { } known)
        {
            // With the key of another repository nothing in this one would have a name: it would seem to be empty.
            using RepositoryKeys keys = RepositoryKeys.Derive(known, configuration);
            if (slots.Count == 0 ? OpensSomething(store, keys) : slots.Exists(slot => slot.Proves(keys)))
            {
                return known;
            }

            known.Dispose();
            throw new BackshiftException(ExitCode.NotPermitted, $"{store.Location}: the key is that of another repository");
        }

        if (slots.Count == 0)
        {
            throw new BackshiftException(ExitCode.DataError,
                unreadable > 0 ? $"{store.Location}: none of its {unreadable} key slots can be read"
                    : $"{store.Location}: has no key slot that this program knows",
                "give the key itself, if you have exported it: BACKSHIFT_KEY_FILE");
        }

        if (source is { HasIdentity: true } && slots.Exists(static slot => slot.IsAge))
        {
            return KeyByIdentity(store, slots, configuration, source);
        }

        if (slots.TrueForAll(static slot => slot.IsAge))
        {
            throw new BackshiftException(ExitCode.NotPermitted, $"{store.Location}: its key is in slots for age, and there is no identity",
                "set BACKSHIFT_AGE_IDENTITY; see backshift(7)");
        }

        int attempt = 0;
        BackshiftException? exchanged = null;
        while (source?.TryGetPassphrase(store.Location, attempt) is { } passphrase)
        {
            try
            {
                foreach (KeySlot slot in slots)
                {
                    try
                    {
                        if (slot.TryOpen(passphrase, configuration) is { } key)
                        {
                            return key;
                        }
                    }
                    catch (BackshiftException e)
                    {
                        // Another slot may have the same passphrase.
                        exchanged ??= e;
                    }
                }

                if (exchanged is not null)
                {
                    throw exchanged;
                }
            }
            finally
            {
                CryptographicOperations.ZeroMemory(passphrase);
            }

            attempt++;
        }

        throw attempt > 0
            ? new BackshiftException(ExitCode.NotPermitted, $"{store.Location}: the passphrase is wrong")
            : new BackshiftException(ExitCode.NotPermitted, $"{store.Location}: is encrypted, and there is no key or passphrase",
                "set BACKSHIFT_PASSPHRASE_COMMAND, BACKSHIFT_PASSPHRASE_FILE or BACKSHIFT_KEY_FILE; see backshift(7)");
    }

    /// <summary>The key of a host that may only save, if that is what the user has given.</summary>
    /// <param name="store">The repository.</param>
    /// <param name="configuration">The SHA-256 at the end of its configuration.</param>
    /// <param name="source">Where the key comes from; null if it comes from nowhere.</param>
    /// <returns>Null if it is another kind of key.</returns>
    /// <exception cref="BackshiftException">It is that of another repository, or this process needs more.</exception>
    public static HostKey? TryFindHostKey(IObjectStore store, byte[] configuration, IKeySource? source)
    {
        if (source?.TryGetHostKey(store.Location, configuration) is not { } key)
        {
            return null;
        }

        if (key.Configuration.AsSpan().SequenceEqual(configuration))
        {
            return key;
        }

        key.Dispose();
        throw new BackshiftException(ExitCode.NotPermitted, $"{store.Location}: the host key is that of another repository");
    }

    /// <summary>The keys of a program that expires and collects, if a collecting key is what the user has given.</summary>
    /// <param name="store">The repository.</param>
    /// <param name="configuration">The SHA-256 at the end of its configuration.</param>
    /// <param name="source">Where the key comes from; null if it comes from nowhere.</param>
    /// <returns>Null if it is another kind of key.</returns>
    /// <exception cref="BackshiftException">It is that of another repository, or this process needs more.</exception>
    public static SealingKeys? TryFindCollectingKeys(IObjectStore store, byte[] configuration, IKeySource? source)
    {
        using CollectingKey? key = source?.TryGetCollectingKey(store.Location, configuration);
        return key is null ? null
            : key.Configuration.AsSpan().SequenceEqual(configuration) ? new CollectingKeys(key)
            : throw new BackshiftException(ExitCode.NotPermitted, $"{store.Location}: the collecting key is that of another repository");
    }

    /// <summary>Whether keys open one of the first packs and runs of a repository, or there are none.</summary>
    private static bool OpensSomething(IObjectStore store, RepositoryKeys keys)
    {
        const int Tried = 8;
        bool isEmpty = true;
        byte[] key = new byte[SealingKeys.KeySize];
        byte[] seal = new byte[Seal.SizeWithSession];
        foreach (ObjectPath path in store.List(ObjectType.Pack).Take(Tried).Concat(store.List(ObjectType.Run).Take(Tried)))
        {
            isEmpty = false;
            using IStoredObject? stored = store.TryOpen(path, ObjectEnd.Head, [], out _);
            if (stored is not null && Seal.Read(stored, atEnd: false, seal) is > 0 and int size
                && Seal.TryOpen(keys, path.Type, path.Name, seal.AsSpan(0, size), key, out _))
            {
                CryptographicOperations.ZeroMemory(key);
                return true;
            }
        }

        return isEmpty;
    }

    /// <summary>Refuses a configuration that says that nothing is encrypted, where there are slots: it was put in the place of another one.</summary>
    /// <param name="store">The repository.</param>
    /// <exception cref="BackshiftException">There are slots.</exception>
    public static void RefuseExchanged(IObjectStore store)
    {
        if (store.List(ObjectType.KeySlot).Any())
        {
            throw new BackshiftException(ExitCode.DataError, $"{store.Location}: has key slots, and a configuration that says that it is not encrypted",
                "the configuration was exchanged: put back the file backshift from a copy of the repository");
        }
    }

    /// <summary>Refuses a repository that is not encrypted where the user has given a key.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="source">Where keys come from.</param>
    /// <exception cref="BackshiftException">One was given.</exception>
    public static void RefusePlain(BytePath repository, IKeySource? source)
    {
        if (source is { IsGiven: true })
        {
            throw new BackshiftException(ExitCode.NotPermitted, $"{repository}: is not encrypted, and a key or passphrase was given for it",
                "if it never was encrypted, unset BACKSHIFT_KEY_FILE, BACKSHIFT_PASSPHRASE_FILE and BACKSHIFT_PASSPHRASE_COMMAND; "
                + "otherwise it was exchanged");
        }
    }
}
