using System.Collections.Frozen;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Condemning;

/// <summary>The packs that some condemned list names. A pack is never pardoned, so lists are only added up.</summary>
internal static class CondemnedPacks
{
    internal static IReadOnlySet<ObjectName> None { get; } = FrozenSet<ObjectName>.Empty;

    /// <summary>Reads all lists. Called before the index is opened: a list that appears later does not matter to who began before it.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="damaged">Is told of a list that cannot be read. Its packs are built on as if it were not there; a collector waits for writers that have not read its list.</param>
    internal static IReadOnlySet<ObjectName> Read(RepositoryDirectory repository, Action<BackshiftException> damaged)
    {
        HashSet<ObjectName>? packs = null;
        foreach (ObjectName name in Names(repository, damaged))
        {
            try
            {
                (packs ??= []).UnionWith(CondemnedList.Read(repository, name).Packs);
            }
            catch (BackshiftException e)
            {
                damaged(e);
            }
            catch (UnixException e) when (e.Errno == Errno.ENOENT)
            {
                // It was deleted with its packs, after the listing.
            }
            catch (UnixException e)
            {
                damaged(Unreadable($"condemned list {name}", e));
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
            damaged(e);
        }
        catch (UnixException e)
        {
            damaged(Unreadable("condemned lists", e));
        }

        return [];
    }

    private static BackshiftException Unreadable(string what, UnixException e) => new(ExitCode.DataError, $"{what}: {Errno.Describe(e.Errno)}", cause: e);
}
