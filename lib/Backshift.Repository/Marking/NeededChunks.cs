using Backshift.Objects;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Marking;

/// <summary>
/// The chunks that savesets need, one bit for each slot of a pack: 12.5 MB for a hundred million chunks. A pack without marks is not needed, but only if
/// <see cref="IsComplete"/>.
/// </summary>
internal sealed class NeededChunks
{
    private readonly Dictionary<ObjectName, PackMarks> byName = [];
    private readonly List<PackMarks> packs = [];
    private PackMarks? last;

    /// <summary>Whether every chunk that is needed was found. If not, delete nothing: the missing chunk may refer to chunks that are not marked.</summary>
    internal bool IsComplete { get; private set; } = true;

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
            last = new PackMarks(pack.Name, pack.ChunkCount);
            byName.Add(pack.Name, last);
            packs.Add(last);
        }

        return last;
    }

    /// <summary>Notes that a chunk that is needed was not found or could not be read.</summary>
    internal void Lose() => IsComplete = false;
}
