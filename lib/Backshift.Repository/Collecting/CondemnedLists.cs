using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Collecting;

/// <summary>All condemned lists, one by one.</summary>
internal static class CondemnedLists
{
    /// <summary>Reads them.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="warn">Is told of a list that is damaged: its packs count as any other, and nothing is deleted for its sake.</param>
    /// <exception cref="StoreException">They cannot be listed, or one cannot be read: another collector may have read it, and delete its packs.</exception>
    internal static List<ListedPacks> Read(RepositoryDirectory repository, Action<BackshiftException> warn)
    {
        List<ListedPacks> lists = [];
        foreach (ObjectName name in repository.ListCondemned())
        {
            try
            {
                UnixTime published;
                using (IStoredObject? stored = repository.Store.TryOpen(ObjectPath.CondemnedList(name), ObjectEnd.Head, [], out _))
                {
                    if (stored is null)
                    {
                        continue;
                    }

                    published = stored.Received;
                }

                if (CondemnedList.TryRead(repository, name) is { } list)
                {
                    lists.Add(new ListedPacks(name, published, list.Reason, list.Packs, list.Savesets));
                }
            }
            catch (BackshiftException e) when (e is not StoreException)
            {
                warn(e);
            }
        }

        return lists;
    }
}
