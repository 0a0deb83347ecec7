using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Indexes;

/// <summary>Packs that no run names: what a killed writer left, or all packs where an index was lost.</summary>
internal static class StrayPacks
{
    // 16 bytes an entry: at most 16 MB.
    private const int EntriesAtOnce = 1 << 20;

    /// <summary>Takes stray packs into the index, a run for every million chunks, in place of the runs that are damaged.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="damaged">Receives each pack that cannot be used.</param>
    /// <param name="listed">Takes the names of all packs that there are.</param>
    /// <returns>How many packs were taken in.</returns>
    /// <exception cref="StoreException">A run cannot be written.</exception>
    internal static int Adopt(RepositoryDirectory repository, RunSet runs, Action<BackshiftException> damaged, HashSet<ObjectName>? listed = null)
    {
        List<ObjectName> packs = [];
        List<RunEntry> entries = [];

        // One that is said to be gone is about to be deleted; what is needed of it was copied.
        List<ObjectName> strays = runs.UnindexedPacks(listed);
        strays.RemoveAll(runs.IsGone);
        int adopted = 0;
        PackGroups groups = new(repository);
        for (int i = 0; i < strays.Count; i++)
        {
            if (!TryAddEntries(repository, groups, strays[i], (uint)packs.Count, entries, damaged))
            {
                continue;
            }

            packs.Add(strays[i]);
            adopted++;
            if (entries.Count >= EntriesAtOnce || packs.Count == RunFile.MaxPacks)
            {
                Publish([]);
            }
        }

        // Only after the last of them is everything known that a damaged run knew.
        ObjectName[] broken = [.. runs.Broken];
        Publish(broken.Length <= RunFile.MaxReplaced ? broken : broken[..RunFile.MaxReplaced]);
        foreach (ObjectName name in broken)
        {
            _ = repository.Store.Delete(ObjectPath.Run(name));
            runs.Forget(name);
        }

        return adopted;

        void Publish(ObjectName[] replaced)
        {
            if (packs.Count > 0)
            {
                entries.Sort();
                runs.Add(RunWriter.Publish(repository, packs, replaced, entries.Count, () => entries));
                packs.Clear();
                entries.Clear();
            }
        }
    }

    /// <summary>Adds the entries of a pack's directory, in the order of slots.</summary>
    internal static void AddEntries(PackDirectory directory, uint number, List<RunEntry> entries)
    {
        for (int slot = 0; slot < directory.ChunkCount; slot++)
        {
            entries.Add(new RunEntry(directory.DigestAt(slot).Prefix, number, (uint)slot));
        }
    }

    private static bool TryAddEntries(RepositoryDirectory repository, PackGroups groups, ObjectName name, uint number, List<RunEntry> entries,
        Action<BackshiftException> damaged)
    {
        try
        {
            using OpenPack? pack = OpenPack.TryOpen(repository, name);
            if (pack is null)
            {
                // Collected since the listing.
                return false;
            }

            groups.Sync(name);
            AddEntries(pack.Directory, number, entries);
            return true;
        }
        catch (BackshiftException e)
        {
            damaged(e is StoreException trouble ? new BackshiftException(ExitCode.DataError, $"pack {name}: {trouble.Reason}", cause: e) : e);
        }

        return false;
    }
}
