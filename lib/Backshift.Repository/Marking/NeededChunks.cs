using Backshift.Repository.Objects;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Marking;

/// <summary>
/// Which chunks some savesets need, a bit for each slot of a pack: 12.5 MB for a hundred million chunks. A pack that is not in here holds nothing that is needed, but
/// that may be concluded only if <see cref="IsComplete"/>.
/// </summary>
internal sealed class NeededChunks
{
    private readonly Dictionary<ObjectName, PackMarks> byName = [];
    private readonly List<PackMarks> packs = [];
    private PackMarks? last;

    /// <summary>Whether everything that is needed was found. If not, nothing may be deleted: what is needed may lie where it was not found.</summary>
    internal bool IsComplete { get; private set; } = true;

    /// <summary>The packs that hold something that is needed, in the order in which they were met.</summary>
    internal IReadOnlyList<PackMarks> Packs => packs;

    /// <summary>The marks of a pack; null if nothing in it is needed.</summary>
    internal PackMarks? Of(ObjectName pack) => byName.GetValueOrDefault(pack);

    /// <summary>Whether the chunk in a slot of a pack is needed.</summary>
    internal bool Contains(ObjectName pack, int slot) => Of(pack) is { } marks && slot < marks.Slots && marks.IsNeeded(slot);

    /// <summary>The marks of a pack in which something is about to be marked.</summary>
    internal PackMarks At(PackDirectory pack)
    {
        // Neighbours in a tree lie in the same pack.
        if (last is not null && last.Pack == pack.Name)
        {
            return last;
        }

        if (!byName.TryGetValue(pack.Name, out last))
        {
            last = new PackMarks(pack.Name, pack.ChunkCount);
            byName.Add(pack.Name, last);
            packs.Add(last);
        }

        return last;
    }

    /// <summary>Notes that something that is needed was not found, or not read.</summary>
    internal void Lose() => IsComplete = false;
}
