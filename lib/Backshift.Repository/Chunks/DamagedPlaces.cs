using System.Collections;
using Backshift.Objects;

namespace Backshift.Repository.Chunks;

/// <summary>Places whose content turned out to be damaged, and why: a bit for each slot of a pack that has one.</summary>
internal sealed class DamagedPlaces
{
    // Reasons are for messages; one that is not remembered is replaced by a general word.
    private const int ReasonLimit = 1000;

    private readonly Dictionary<ObjectName, BitArray> packs = [];
    private readonly Dictionary<(ObjectName Pack, int Block), string> reasons = [];

    /// <summary>How many places were added so far: tells whether anything changed since.</summary>
    internal long Count { get; private set; }

    internal void Add(ChunkPlace place, string reason)
    {
        ObjectName name = place.Pack.Name;
        if (!packs.TryGetValue(name, out BitArray? slots))
        {
            packs.Add(name, slots = new BitArray(place.Pack.Directory.ChunkCount));
        }

        slots[place.Slot] = true;
        Count++;
        if (reasons.Count < ReasonLimit)
        {
            reasons.TryAdd((name, place.Block), reason);
        }
    }

    /// <summary>Adds all places that another one has.</summary>
    internal void AddAll(DamagedPlaces other)
    {
        foreach ((ObjectName name, BitArray slots) in other.packs)
        {
            packs[name] = packs.TryGetValue(name, out BitArray? known) ? known.Or(slots) : new BitArray(slots);
        }

        foreach (((ObjectName, int) place, string reason) in other.reasons)
        {
            if (reasons.Count < ReasonLimit)
            {
                reasons.TryAdd(place, reason);
            }
        }

        Count += other.Count;
    }

    internal bool Contains(ObjectName pack, int slot) => Count > 0 && packs.TryGetValue(pack, out BitArray? slots) && slots[slot];

    /// <summary>What is wrong with a place that was added, in words that follow "chunk …: ".</summary>
    internal string Reason(ChunkPlace place) =>
        reasons.TryGetValue((place.Pack.Name, place.Block), out string? reason) ? reason : $"pack {place.Pack.Name}: block {place.Block} is damaged";
}
