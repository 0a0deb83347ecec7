using System.Security.Cryptography;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing;

/// <summary>Unlocks an encrypted repository.</summary>
public static class SealedRepository
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
        Crypto.Require();
        List<KeySlot> slots = KeySlot.ReadAll(store, out int unreadable);
        if (source?.TryGetKey(store.Location, configuration) is { } known)
        {
            // With the key of another repository nothing in this one would have a name: it would seem to be empty.
            using RepositoryKeys keys = RepositoryKeys.Derive(known, configuration);
            return slots.Count == 0 || slots.Exists(slot => slot.Proves(keys)) ? known
                : throw new BackshiftException(ExitCode.NotPermitted, $"{store.Location}: the key is that of another repository");
        }

        if (slots.Count == 0)
        {
            throw new BackshiftException(ExitCode.DataError,
                unreadable > 0 ? $"{store.Location}: none of its {unreadable} key slots can be read" : $"{store.Location}: its key slots are gone",
                "give the key itself, if you have exported it: BACKSHIFT_KEY_FILE");
        }

        int attempt = 0;
        while (source?.TryGetPassphrase(store.Location, attempt) is { } passphrase)
        {
            try
            {
                foreach (KeySlot slot in slots)
                {
                    if (slot.TryOpen(passphrase, configuration) is { } key)
                    {
                        return key;
                    }
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
