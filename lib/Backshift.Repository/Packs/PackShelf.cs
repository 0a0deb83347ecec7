using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Packs;

/// <summary>
/// The packs that are open, the least recently used closed first. The neighbours of a chunk are usually looked up next, so the directories of the packs that
/// were used last are asked before the index (Zhu, Li, Patterson, FAST '08, "locality preserved caching").
/// </summary>
internal sealed class PackShelf : IDisposable
{
    private const int MaxOpen = 64;
    private const long MaxFootprint = 16 << 20;

    // Directories lie in large arrays, which the garbage collector leaves alone for long; it is called when this much of them is garbage.
    private const long MaxGarbage = 16 << 20;
    private const int Recent = 4;

    private readonly RepositoryDirectory repository;
    private readonly Action<BackshiftException> damaged;
    private readonly Dictionary<ObjectName, OpenPack> packs = [];
    private readonly HashSet<ObjectName> givenUp = [];
    private readonly List<OpenPack> recent = [];
    private long clock;
    private long footprint;
    private long garbage;

    /// <param name="repository">Where the packs are.</param>
    /// <param name="damaged">Receives each pack that cannot be used, once.</param>
    internal PackShelf(RepositoryDirectory repository, Action<BackshiftException> damaged)
    {
        this.repository = repository;
        this.damaged = damaged;
    }

    /// <summary>The packs that were used last, the most recent first.</summary>
    internal IReadOnlyList<OpenPack> MostRecent => recent;

    /// <summary>Packs that are there and cannot be used: anything may lie in them.</summary>
    internal IReadOnlySet<ObjectName> GivenUp => givenUp;

    /// <summary>
    /// Opens a pack, or finds it open; null if it cannot be used. One that is gone is not remembered: packs come and go, and on a network file system one
    /// that is new can seem to be missing.
    /// </summary>
    internal OpenPack? TryOpen(ObjectName name)
    {
        if (packs.TryGetValue(name, out OpenPack? pack))
        {
            return pack;
        }

        if (givenUp.Contains(name))
        {
            return null;
        }

        try
        {
            pack = OpenPack.TryOpen(repository, name);
        }
        catch (BackshiftException e)
        {
            givenUp.Add(name);
            damaged(e is StoreException trouble ? new BackshiftException(ExitCode.DataError, $"pack {name}: {trouble.Reason}", cause: e) : e);
            return null;
        }

        if (pack is null)
        {
            return null;
        }

        footprint += pack.Directory.Footprint;
        packs.Add(name, pack);
        CloseOld(pack);
        return pack;
    }

    /// <summary>Notes that a pack was of use.</summary>
    internal void Used(OpenPack pack)
    {
        pack.LastUse = ++clock;
        if (recent.Count > 0 && recent[0] == pack)
        {
            return;
        }

        recent.Remove(pack);
        recent.Insert(0, pack);
        if (recent.Count > Recent)
        {
            recent.RemoveAt(Recent);
        }
    }

    private void CloseOld(OpenPack keep)
    {
        while (footprint > MaxFootprint || packs.Count > MaxOpen)
        {
            OpenPack? oldest = null;
            foreach (OpenPack pack in packs.Values)
            {
                if (pack != keep && pack.Readers == 0 && (oldest is null || pack.LastUse < oldest.LastUse))
                {
                    oldest = pack;
                }
            }

            if (oldest is null)
            {
                break;
            }

            packs.Remove(oldest.Name);
            recent.Remove(oldest);
            footprint -= oldest.Directory.Footprint;
            garbage += oldest.Directory.Footprint;
            oldest.Dispose();
        }

        if (garbage > MaxGarbage)
        {
            garbage = 0;
            GC.Collect();
        }
    }

    public void Dispose()
    {
        foreach (OpenPack pack in packs.Values)
        {
            pack.Dispose();
        }
    }
}
