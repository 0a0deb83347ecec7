using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Client;

namespace Backshift.Repository.Configuration;

/// <summary>
/// Repositories whose chunks have the same names and whose objects are encrypted with the same keys, so that packs and savesets of one mean the same in
/// another. Every key depends on all bytes of the configuration: where they are encrypted, their configurations are equal.
/// </summary>
public static class KeyDomain
{
    /// <summary>Makes a repository with the configuration, the settings and the key slots of another one, in a directory that is missing or empty.</summary>
    /// <param name="like">The other one.</param>
    /// <param name="root">The directory.</param>
    /// <param name="shared">Whether the group of the directory may read and write it too.</param>
    /// <param name="note">Receives what the file system lacks, and which slots are damaged.</param>
    /// <exception cref="BackshiftException">There is something in the directory already, or the other one has no slot that can be read.</exception>
    /// <exception cref="StoreException">One cannot be read, or the other cannot be written.</exception>
    public static void Create(RepositoryDirectory like, BytePath root, bool shared = false, Action<string>? note = null)
    {
        byte[] configuration = Read(like, ObjectPath.Configuration);
        List<(ObjectPath Path, byte[] Bytes)> slots = like.Config.IsSealed ? Slots(like, note) : [];
        List<(ObjectPath Path, byte[] Bytes)> settings = [.. like.Store.List(ObjectType.Settings).Select(path => (path, Read(like, path)))];
        using IObjectStore store = Stores.Make(root, shared, note);

        // As any new repository is made: the configuration comes last, and with it the repository is there.
        slots.ForEach(slot => store.TryPublish(slot.Path, slot.Bytes));
        settings.ForEach(one => store.TryPublish(one.Path, one.Bytes));
        ListingLag.Announce(store);
        if (!store.TryPublish(ObjectPath.Configuration, configuration))
        {
            // Another program was faster. What was written here opens and changes nothing there, unless that made the same repository.
            throw Stores.ExistsAlready(root);
        }
    }

    /// <summary>Verifies that savesets of one repository can be copied into another one as they are.</summary>
    /// <exception cref="BackshiftException">Their chunks have other names, or their objects other keys.</exception>
    public static void Verify(RepositoryDirectory from, RepositoryDirectory to)
    {
        string? difference = from.Config.IsSealed != to.Config.IsSealed ? "one of them is encrypted, and the other is not"
            : from.Config.IsSealed && !from.Config.Sum.AsSpan().SequenceEqual(to.Config.Sum) ? "they are encrypted with different keys"
            : !from.Config.CutterSeed.AsSpan().SequenceEqual(to.Config.CutterSeed) || from.Config.CutterAverage != to.Config.CutterAverage
                ? from.Config.IsSealed ? "they are encrypted with different keys" : "they cut files differently"
            : null;
        if (difference is not null)
        {
            throw new BackshiftException(ExitCode.DataError, $"{from.Root} and {to.Root}: {difference}",
                $"copy a saveset with: bs-read -r {from.Root} SAVESET | bs-store -r {to.Root}; or make a repository for copies: bs-init --like {from.Root}");
        }
    }

    private static List<(ObjectPath Path, byte[] Bytes)> Slots(RepositoryDirectory like, Action<string>? note)
    {
        List<(ObjectPath Path, byte[] Bytes)> slots = [];
        foreach (ObjectPath path in like.Store.List(ObjectType.KeySlot))
        {
            try
            {
                slots.Add((path, Read(like, path)));
            }
            catch (BackshiftException e) when (e is not StoreException)
            {
                note?.Invoke($"{e.Message}; it is not copied");
            }
        }

        return slots.Count > 0 ? slots
            : throw new BackshiftException(ExitCode.DataError, $"{like.Root}: has no key slot that can be read", "add one first: bs-key import");
    }

    private static byte[] Read(RepositoryDirectory like, ObjectPath path)
    {
        string what = like.Root.Join(path.Path).ToString();
        return SmallObject.TryReadBytes(like.Store, path, what, out _) ?? throw new BackshiftException(ExitCode.NoInput, $"{what}: is gone", "run it again");
    }
}
