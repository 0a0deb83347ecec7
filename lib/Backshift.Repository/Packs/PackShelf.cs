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
    /// <summary>How many bytes of directories are kept, if not told otherwise.</summary>
    internal const long UsualFootprint = 16 << 20;

    private const int MaxOpen = 64;

    // Directories lie in large arrays, which the garbage collector leaves alone for long; it is called when this much of them is garbage.
    private const long MaxGarbage = 16 << 20;
    private const int Recent = 4;

    // From afar a page of the index takes a turn, so more packs are asked before it.
    private const int RecentFromAfar = 16;

    private readonly RepositoryDirectory repository;
    private readonly Action<ObjectName, BackshiftException> damaged;
    private readonly bool heals;
    private readonly long maxFootprint;
    private readonly Dictionary<ObjectName, OpenPack> packs = [];
    private readonly HashSet<ObjectName> givenUp = [];
    private readonly HashSet<ObjectName> healed = [];
    private readonly List<OpenPack> recent = [];

    // How much was asked for of the ends of those whose opening was announced.
    private readonly Dictionary<ObjectName, int> announced = [];
    private int tail = PackLimits.UsualTail;
    private long clock;
    private long footprint;
    private long garbage;

    /// <param name="repository">Where the packs are.</param>
    /// <param name="damaged">Receives each pack that cannot be used without its parity, once.</param>
    /// <param name="maxFootprint">How many bytes of directories are kept.</param>
    /// <param name="heals">Whether packs are opened with the help of parity. A writer that has the bytes in hand rather stores them again.</param>
    internal PackShelf(
        RepositoryDirectory repository, Action<ObjectName, BackshiftException> damaged, long maxFootprint = UsualFootprint, bool heals = false)
    {
        this.maxFootprint = maxFootprint;
        this.repository = repository;
        this.damaged = damaged;
        this.heals = heals;
    }

    /// <inheritdoc cref="PackShelf(RepositoryDirectory, Action{ObjectName, BackshiftException}, long, bool)"/>
    internal PackShelf(RepositoryDirectory repository, Action<BackshiftException> damaged)
        : this(repository, (_, trouble) => damaged(trouble))
    {
    }

    /// <summary>The packs that were used last, the most recent first.</summary>
    internal IReadOnlyList<OpenPack> MostRecent => recent;

    /// <summary>Packs that are there and cannot be used: anything may lie in them.</summary>
    internal IReadOnlySet<ObjectName> GivenUp => givenUp;

    /// <summary>
    /// Opens a pack, or finds it open; null if it cannot be used. One that is gone is not remembered: packs come and go, and on a network file system one
    /// that is new can seem to be missing.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="chunks">How many chunks it probably has, if that is known: so much of its end is read at once that its directory is in it.</param>
    internal OpenPack? TryOpen(ObjectName name, int chunks = 0)
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
            pack = OpenPack.TryOpen(repository, name, heals, announced.Remove(name, out int asked) ? asked : TailFor(chunks));
        }
        catch (BackshiftException e)
        {
            givenUp.Add(name);
            damaged(name, e is StoreException trouble ? new BackshiftException(ExitCode.DataError, $"pack {name}: {trouble.Reason}", cause: e) : e);
            return null;
        }

        if (pack is null)
        {
            return null;
        }

        if (pack.Fault is { } fault && healed.Add(name))
        {
            damaged(name, new BackshiftException(ExitCode.DataError, $"{fault}; it is read with the help of its parity"));
        }

        // The next one has a directory as long as this.
        tail = Math.Clamp(pack.Directory.Length + PackLimits.TrailerSize, PackLimits.UsualTail, PackLimits.LongTail);
        Add(pack);
        return pack;
    }

    /// <summary>Takes a pack that was opened elsewhere, and closes it at some time.</summary>
    internal void Put(OpenPack pack)
    {
        if (packs.ContainsKey(pack.Name))
        {
            pack.Dispose();
        }
        else
        {
            Add(pack);
        }
    }

    internal bool IsOpen(ObjectName name) => packs.ContainsKey(name);

    /// <summary>Has a pack that is not open be asked for, where that takes long; it must be opened later on.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="chunks">How many chunks it probably has; 0 where that is not known.</param>
    /// <returns>False if it was not, since so much is asked for.</returns>
    internal bool TryAnnounce(ObjectName name, int chunks)
    {
        if (packs.ContainsKey(name) || givenUp.Contains(name) || announced.ContainsKey(name))
        {
            return true;
        }

        int length = TailFor(chunks);
        bool isAnnounced = repository.Store.TryAnnounceOpening(ObjectPath.Pack(name), ObjectEnd.Tail, length);
        if (isAnnounced)
        {
            announced.Add(name, length);
        }

        return isAnnounced;
    }

    /// <summary>Whether to open a pack that was announced would mean to wait for it.</summary>
    internal bool IsUnderWay(ObjectName name) =>
        announced.TryGetValue(name, out int length) && repository.Store.IsOpeningUnderWay(ObjectPath.Pack(name), ObjectEnd.Tail, length);

    /// <summary>Whether a pack that is there can be opened, as far as its bytes decide. One that cannot is not reported.</summary>
    internal bool CanOpen(ObjectName name)
    {
        try
        {
            using OpenPack? pack = packs.ContainsKey(name) ? null : OpenPack.TryOpen(repository, name);
            return true;
        }
        catch (BackshiftException e)
        {
            return e is StoreException;
        }
    }

    /// <summary>Has chunks be found in a pack that is not published, until it is taken back.</summary>
    internal void Lend(OpenPack pack)
    {
        pack.Readers++;
        packs.Add(pack.Name, pack);
        Used(pack);
    }

    /// <summary>Takes a pack back.</summary>
    internal void TakeBack(OpenPack pack)
    {
        packs.Remove(pack.Name);
        recent.Remove(pack);
        pack.Readers--;
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
        int most = repository.Store.TakesAnnouncements ? RecentFromAfar : Recent;
        if (recent.Count > most)
        {
            recent.RemoveAt(most);
        }
    }

    private void Add(OpenPack pack)
    {
        footprint += pack.Directory.Footprint;
        packs.Add(pack.Name, pack);
        CloseOld(pack);
    }

    private int TailFor(int chunks) => (int)Math.Clamp(PackLimits.TailOf(chunks), tail, PackLimits.LongTail);

    private void CloseOld(OpenPack keep)
    {
        while (footprint > maxFootprint || packs.Count > MaxOpen)
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
