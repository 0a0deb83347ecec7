using Backshift.Objects;
using Backshift.Records;

namespace Backshift.Repository.Configuration;

/// <summary>
/// Looks for small objects that storage has damaged and that can be read all the same, since one of their copies is whole; see backshift-repository(5),
/// "Small objects".
/// </summary>
internal static class SmallObjects
{
    private static readonly ObjectType[] Types =
        [ObjectType.Settings, ObjectType.Saveset, ObjectType.Expired, ObjectType.Tags, ObjectType.Condemned, ObjectType.Moved, ObjectType.CheckRecord,
            ObjectType.KeySlot];

    /// <summary>Reads all of them.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="found">Takes each that is damaged, and the bytes that it should have.</param>
    /// <param name="cancel">Ends it between two objects.</param>
    internal static void Check(RepositoryDirectory repository, Action<ObjectPath, byte[]> found, CancellationToken cancel)
    {
        Look(ObjectPath.Configuration);
        foreach (ObjectType type in Types)
        {
            foreach (ObjectPath path in Listed(repository, type))
            {
                cancel.ThrowIfCancellationRequested();
                Look(path);
            }
        }

        void Look(ObjectPath path)
        {
            try
            {
                if (SmallObject.TryReadBytes(repository.Store, path, path.Path.ToString(), out bool isDamaged) is { } bytes && isDamaged)
                {
                    found(path, bytes);
                }
            }
            catch (BackshiftException)
            {
                // What cannot be read at all is reported by those who need it.
            }
        }
    }

    private static IEnumerable<ObjectPath> Listed(RepositoryDirectory repository, ObjectType type)
    {
        List<ObjectPath> listed = [];
        try
        {
            listed.AddRange(repository.Store.List(type, unlisted: static (_, _) => { }));
        }
        catch (BackshiftException)
        {
            // Likewise.
        }

        return listed;
    }
}
