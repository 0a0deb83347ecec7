using Backshift.Objects;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Indexes;

/// <summary>The entries of packs that no run names, in memory: for readers, which write no index, and for writers until another writer publishes its
/// run.</summary>
internal sealed class StrayEntries
{
    // 16 bytes an entry: 64 MiB. If more of the index is lost, packs are searched one by one.
    private const int MaxEntries = 1 << 22;

    private readonly PackShelf shelf;
    private readonly List<ObjectName> packs = [];
    private readonly List<ObjectName> beyond = [];
    private readonly HashSet<ObjectName> held = [];
    private List<RunEntry> entries = [];

    /// <param name="shelf">Opens packs, and reports those that cannot be used.</param>
    internal StrayEntries(PackShelf shelf) => this.shelf = shelf;

    /// <summary>Packs for whose entries there was no room: to be searched one by one.</summary>
    internal IReadOnlyList<ObjectName> Beyond => beyond;

    /// <summary>Adds packs that are new, and removes those that a run names by now.</summary>
    /// <param name="unindexed">All packs that no run names.</param>
    /// <param name="isUsable">Called for each that is new.</param>
    internal void Update(IReadOnlyList<ObjectName> unindexed, Func<ObjectName, bool> isUsable)
    {
        HashSet<ObjectName> now = [.. unindexed];
        beyond.RemoveAll(pack => !now.Contains(pack));
        if (!held.IsSubsetOf(now))
        {
            Shrink(now);
        }

        int before = entries.Count;
        foreach (ObjectName name in unindexed)
        {
            if (held.Contains(name) || !isUsable(name) || shelf.TryOpen(name) is not { } pack)
            {
                continue;
            }

            if (entries.Count + pack.Directory.ChunkCount > MaxEntries)
            {
                if (!beyond.Contains(name))
                {
                    beyond.Add(name);
                }

                continue;
            }

            StrayPacks.AddEntries(pack.Directory, (uint)packs.Count, entries);
            packs.Add(name);
            held.Add(name);
        }

        if (entries.Count > before)
        {
            entries.Sort();
        }
    }

    /// <summary>The places that they give for a key; each still has to be checked.</summary>
    internal void Find(ulong key, List<Place> found)
    {
        int position = entries.BinarySearch(new RunEntry(key, 0, 0));
        for (int i = position < 0 ? ~position : position; i < entries.Count && entries[i].Key == key; i++)
        {
            found.Add(new Place(packs[(int)entries[i].Pack], (int)entries[i].Slot));
        }
    }

    private void Shrink(HashSet<ObjectName> now)
    {
        uint[] numbers = new uint[packs.Count];
        int kept = 0;
        for (int i = 0; i < packs.Count; i++)
        {
            numbers[i] = now.Contains(packs[i]) ? (uint)kept++ : uint.MaxValue;
        }

        entries = [.. entries.Where(entry => numbers[entry.Pack] != uint.MaxValue).Select(entry => entry with { Pack = numbers[entry.Pack] })];
        packs.RemoveAll(pack => !now.Contains(pack));
        held.IntersectWith(now);
    }
}
