using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Savesets;

/// <summary>Reads the names of the packs that a saveset says it needs, wherever they stand.</summary>
internal static class NamedPacks
{
    /// <summary>The names, in ascending order.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="saveset">The saveset.</param>
    /// <param name="reader">Reads chunks; null for a program that cannot.</param>
    /// <exception cref="BackshiftException">They cannot be read, or are damaged.</exception>
    internal static IEnumerable<ObjectName> Of(RepositoryDirectory repository, Saveset saveset, ChunkReader? reader)
    {
        if (saveset.Packs.List is not { } list)
        {
            return Split(saveset.Packs.IsLong ? ReadAgain(repository, saveset) : saveset.Packs.Names);
        }

        return reader is not null ? InChunks(saveset, list, reader)
            : throw new BackshiftException(ExitCode.DataError,
                $"saveset {saveset.Name}: names its {saveset.Packs.Count} packs in chunks, which this key does not open");
    }

    private static IEnumerable<ObjectName> InChunks(Saveset saveset, StoredEntry list, ChunkReader reader)
    {
        long count = 0;
        foreach (ContentPart part in TreeReader.AllParts(reader, list))
        {
            byte[] names = part.Digest is { } digest ? reader.Read(digest).ToArray() : [];
            if (names.Length != part.Size || names.Length % ObjectName.Size != 0)
            {
                throw Damaged(saveset);
            }

            count += names.Length / ObjectName.Size;
            foreach (ObjectName name in Split(names))
            {
                yield return name;
            }
        }

        if (count != saveset.Packs.Count)
        {
            throw Damaged(saveset);
        }
    }

    /// <summary>The names in a saveset that were too many to be kept when it was listed.</summary>
    private static byte[] ReadAgain(RepositoryDirectory repository, Saveset saveset)
    {
        // It may have been expired since.
        BytePath expired = SavesetName.Below(ObjectType.Expired, saveset.Place);
        ObjectPath[] places = saveset.Place == expired ? [ObjectPath.Expired(expired)] : [ObjectPath.Saveset(saveset.Place), ObjectPath.Expired(expired)];
        foreach (ObjectPath place in places)
        {
            string what = $"saveset {repository.Root.Join(place.Path)}";
            if (SmallObject.TryRead(repository.Store, place, what, out _) is { } body)
            {
                byte[] names = Saveset.ReadPacks(body, what).Names;
                return names.Length == saveset.Packs.Count * ObjectName.Size ? names : throw Damaged(saveset);
            }
        }

        throw new BackshiftException(ExitCode.NoInput, $"saveset {saveset.Name}: was deleted or renamed meanwhile", "run it again");
    }

    private static IEnumerable<ObjectName> Split(byte[] names)
    {
        for (int at = 0; at + ObjectName.Size <= names.Length; at += ObjectName.Size)
        {
            yield return ObjectName.Read(names.AsSpan(at));
        }
    }

    private static BackshiftException Damaged(Saveset saveset) => new(ExitCode.DataError, $"saveset {saveset.Name}: the list of its packs is damaged");
}
