using System.Collections.Frozen;
using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Condemning;

/// <summary>The packs that some condemned list names. A pack is never pardoned, so the lists are simply merged.</summary>
internal static class CondemnedPacks
{
    internal static IReadOnlySet<ObjectName> None { get; } = FrozenSet<ObjectName>.Empty;

    /// <summary>Reads all lists. Called before the index is opened: a list that appears later does not concern a writer that began before it.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="damaged">Is told of a list that cannot be read. Its packs are built on as if it were not there; a collector waits for writers that have not
    /// read its list.</param>
    /// <param name="read">Takes the names of the lists that were read.</param>
    internal static IReadOnlySet<ObjectName> Read(RepositoryDirectory repository, Action<BackshiftException> damaged, List<ObjectName>? read = null)
    {
        HashSet<ObjectName>? packs = null;
        foreach (ObjectName name in Names(repository, damaged))
        {
            try
            {
                // One that is gone was deleted with its packs, after the listing.
                (packs ??= []).UnionWith(CondemnedList.TryRead(repository, name)?.Packs ?? []);
                read?.Add(name);
            }
            catch (BackshiftException e)
            {
                damaged(Told($"condemned list {name}", e));
            }
        }

        return packs ?? None;
    }

    private static List<ObjectName> Names(RepositoryDirectory repository, Action<BackshiftException> damaged)
    {
        try
        {
            return [.. repository.ListCondemned()];
        }
        catch (BackshiftException e)
        {
            damaged(Told("condemned lists", e));
        }

        return [];
    }

    private static BackshiftException Told(string what, BackshiftException e) =>
        e is StoreException trouble ? new(ExitCode.DataError, $"{what}: {trouble.Reason}", cause: e) : e;
}
