using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Saving;

/// <summary>
/// Deletes the copies that a host that may only write does not need any longer: what is kept is what its last savesets need, so that neither space grows nor
/// the names of files that are long gone can be found there.
/// </summary>
internal static class CopyTrimming
{
    // Names in memory: 16 MB. A host that needs more packs has 30 TB, and keeps all copies.
    private const int PackLimit = 1 << 20;
    private const long ReaderBytes = 1 << 20;
    private const int Days = 2;

    /// <summary>Deletes them, if the writer has copies.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="warn">Is told of what cannot be read.</param>
    /// <exception cref="BackshiftException">Something cannot be read or deleted.</exception>
    internal static void Trim(RepositoryDirectory repository, Action<BackshiftException> warn)
    {
        if (repository.Store.Copies is not { } copies)
        {
            return;
        }

        List<Saveset> superseded = [];
        List<Saveset> kept = [];
        foreach (IGrouping<string, Saveset> own in SavesetCatalog.List(repository, warn, superseded).GroupBy(static saveset => saveset.Owner))
        {
            List<Saveset> savesets = [.. own];
            int last = Math.Max(0, savesets.FindLastIndex(static saveset => saveset.Complete));
            savesets[..last].ForEach(saveset => copies.Drop(ObjectPath.Saveset(saveset.Place)));
            kept.AddRange(savesets[last..]);
        }

        superseded.ForEach(saveset => copies.Drop(ObjectPath.Saveset(saveset.Place)));
        if (NeededBy(repository, kept, warn) is not { } needed)
        {
            return;
        }

        // Another process may be saving another part of this host, and has recorded no saveset yet.
        UnixTime since = new(UnixTime.Now(repository.Clock).Seconds - (Days * 24 * 60 * 60), 0);
        List<ObjectName> dropped = [.. repository.ListPacks().Where(
            pack => !needed.Contains(pack) && copies.KeptAt(ObjectPath.Pack(pack)) is { } kept && kept.CompareTo(since) < 0)];
        dropped.ForEach(pack => copies.Drop(ObjectPath.Pack(pack)));
        if (dropped.Count > 0)
        {
            // They name these packs. The next save makes one of what is left.
            foreach (ObjectName run in repository.ListRuns().ToArray())
            {
                _ = repository.Store.Delete(ObjectPath.Run(run));
            }
        }
    }

    /// <summary>The packs that savesets need; null if they are too many.</summary>
    private static HashSet<ObjectName>? NeededBy(RepositoryDirectory repository, List<Saveset> savesets, Action<BackshiftException> warn)
    {
        HashSet<ObjectName> needed = [];
        using ChunkFinder finder = new(repository, warn, isReader: true);
        using ChunkReader reader = new(finder, null, Math.Max(ReaderBytes, repository.Config.Block));
        foreach (Saveset saveset in savesets)
        {
            if (needed.Count + saveset.Packs.Count > PackLimit)
            {
                return null;
            }

            needed.UnionWith(NamedPacks.Of(repository, saveset, reader));
        }

        return needed;
    }
}
