using System.Collections.Frozen;
using Backshift.Objects;
using Backshift.Repository.Packs;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Marking;

/// <summary>
/// The chunks that savesets need, one bit for each slot of a pack: 12.5 MB for a hundred million chunks. A pack without marks is not needed, but only if
/// <see cref="IsComplete"/>, and if it is not one of <see cref="Unopened"/>. A pack that holds prefixes has a second bit for each slot.
/// </summary>
internal sealed class NeededChunks
{
    private readonly Dictionary<ObjectName, PackMarks> byName = [];
    private readonly List<PackMarks> packs = [];
    private PackMarks? last;

    private readonly HashSet<Saveset> incomplete = [];

    /// <summary>
    /// Whether every saveset, and every node that one needs, was found and read. If not, delete nothing that <see cref="Incomplete"/> could need: what lies
    /// below a node that cannot be read is not marked. That a content is missing makes no difference, as nothing is below it.
    /// </summary>
    internal bool IsComplete { get; private set; } = true;

    /// <summary>Whether every chunk that is needed was found where it can be read: then a pack that cannot be opened holds nothing that is needed.</summary>
    internal bool HasAll { get; private set; } = true;

    /// <summary>The savesets of which a node could not be read.</summary>
    internal IReadOnlyCollection<Saveset> Incomplete => incomplete;

    /// <summary>
    /// The packs that could not be opened when a chunk was looked for. They have no marks, and may hold what is needed all the same: a disk that fails once may
    /// give them the next time.
    /// </summary>
    internal IReadOnlySet<ObjectName> Unopened { get; init; } = FrozenSet<ObjectName>.Empty;

    /// <summary>Deltas that are to be stored plainly, so that what they are made against is not needed; null for none.</summary>
    internal DeltaReleases? Releases { get; set; }

    /// <summary>The packs that hold a chunk that is needed, in the order of the walk.</summary>
    internal IReadOnlyList<PackMarks> Packs => packs;

    /// <summary>The marks of a pack; null if no chunk in it is needed.</summary>
    internal PackMarks? Of(ObjectName pack) => byName.GetValueOrDefault(pack);

    /// <summary>Whether the chunk in a slot of a pack is needed.</summary>
    internal bool Contains(ObjectName pack, int slot) => Of(pack) is { } marks && slot < marks.Slots && marks.IsNeeded(slot);

    /// <summary>The marks of a pack, made on first use.</summary>
    internal PackMarks At(PackDirectory pack)
    {
        // Neighbours in a tree lie in the same pack.
        if (last is not null && last.Pack == pack.Name)
        {
            return last;
        }

        if (!byName.TryGetValue(pack.Name, out last))
        {
            last = new PackMarks(pack.Name, pack.ChunkCount) { Stored = StoredBytes(pack) };
            byName.Add(pack.Name, last);
            packs.Add(last);
        }

        return last;
    }

    private static long StoredBytes(PackDirectory pack)
    {
        long bytes = 0;
        for (int block = 0; block < pack.BlockCount; block++)
        {
            bytes += pack.Block(block).Stored;
        }

        return bytes;
    }

    /// <summary>Notes that a chunk is missing.</summary>
    internal void Miss() => HasAll = false;

    /// <summary>Notes that not everything is known of what is needed.</summary>
    /// <param name="saveset">By this saveset; null where it is not known by which.</param>
    internal void Lose(Saveset? saveset)
    {
        IsComplete = false;
        HasAll = false;
        if (saveset is not null)
        {
            incomplete.Add(saveset);
        }
    }
}
