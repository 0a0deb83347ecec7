using System.Security.Cryptography;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing;

public static partial class SealedRepository
{
    /// <summary>Finds the root key in a slot that is for an age identity of the user.</summary>
    private static RootKey KeyByIdentity(IObjectStore store, List<KeySlot> slots, byte[] configuration, IKeySource source)
    {
        BytePath repository = store.Location;
        BackshiftException? refused = null;
        string error = "";
        foreach (KeySlot slot in slots.Where(static slot => slot.IsAge))
        {
            if (source.TryDecrypt(repository, slot.AgeFile, out error) is not { } content)
            {
                continue;
            }

            try
            {
                RootKey key = slot.Read(content, configuration);
                try
                {
                    using RepositoryKeys keys = RepositoryKeys.Derive(key, configuration);
                    if (!OpensSomething(store, keys))
                    {
                        throw new BackshiftException(ExitCode.DataError, $"key slot {slot.Name}: its age file has a key that opens nothing here",
                            "it was not made by bs-key for this repository: remove it, and look who can write to the repository");
                    }

                    source.Recognize(repository, keys.Proof);
                    return key;
                }
                catch (BackshiftException)
                {
                    key.Dispose();
                    throw;
                }
            }
            catch (BackshiftException e) when (e.Code == ExitCode.DataError)
            {
                // Another person has put it there: another one may be sound.
                refused ??= e;
            }
            finally
            {
                CryptographicOperations.ZeroMemory(content);
            }
        }

        throw refused ?? new BackshiftException(ExitCode.NotPermitted,
            $"{repository}: the identity of BACKSHIFT_AGE_IDENTITY opens none of its slots for age: {error}", "bs-key list shows for whom they are");
    }
}
