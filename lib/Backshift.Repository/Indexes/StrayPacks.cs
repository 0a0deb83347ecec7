using Backshift.Records;
using Backshift.Repository.Objects;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Indexes;

/// <summary>Packs that no run names: what a killed writer left, or all packs where an index was lost.</summary>
internal static class StrayPacks
{
    // 16 bytes an entry: 16 MB at the most.
    private const int EntriesAtOnce = 1 << 20;

    /// <summary>Takes stray packs into the index, a run for every million chunks.</summary>
    /// <returns>How many packs were taken in.</returns>
    internal static int Adopt(RepositoryDirectory repository, RunSet runs, Action<BackshiftException> damaged)
    {
        List<ObjectName> packs = [];
        List<RunEntry> entries = [];
        int adopted = 0;
        foreach (ObjectName name in runs.UnindexedPacks())
        {
            try
            {
                using OpenPack pack = OpenPack.Open(repository, name);
                AddEntries(pack.Directory, (uint)packs.Count, entries);
                packs.Add(name);
                adopted++;
            }
            catch (BackshiftException e)
            {
                damaged(e);
            }
            catch (Posix.UnixException e) when (e.Errno == Posix.Errno.ENOENT)
            {
                // Collected since the listing.
                continue;
            }

            if (entries.Count >= EntriesAtOnce)
            {
                Publish();
            }
        }

        Publish();
        return adopted;

        void Publish()
        {
            if (packs.Count > 0)
            {
                entries.Sort();
                runs.Add(RunWriter.Publish(repository, packs, [], entries.Count, () => entries));
                packs.Clear();
                entries.Clear();
            }
        }
    }

    /// <summary>The entries of these packs, sorted, in memory: for a reader, which must not write.</summary>
    internal static RunEntry[] Read(IReadOnlyList<ObjectName> packs, PackShelf shelf)
    {
        List<RunEntry> entries = [];
        for (int number = 0; number < packs.Count; number++)
        {
            if (shelf.TryOpen(packs[number]) is { } pack)
            {
                AddEntries(pack.Directory, (uint)number, entries);
            }
        }

        entries.Sort();
        return [.. entries];
    }

    private static void AddEntries(PackDirectory directory, uint number, List<RunEntry> entries)
    {
        for (int slot = 0; slot < directory.ChunkCount; slot++)
        {
            entries.Add(new RunEntry(directory.DigestAt(slot).Prefix, number, (uint)slot));
        }
    }
}
