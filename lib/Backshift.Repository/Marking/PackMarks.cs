using Backshift.Objects;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Marking;

/// <summary>Which chunks of one pack are needed.</summary>
internal sealed class PackMarks
{
    private readonly SlotBits needed;
    private SlotBits? walked;

    internal PackMarks(ObjectName pack, int slots)
    {
        Pack = pack;
        Slots = slots;
        needed = new SlotBits(slots);
    }

    internal ObjectName Pack { get; }

    /// <summary>Number of chunks in the pack.</summary>
    internal int Slots { get; }

    /// <summary>Number of chunks that are needed.</summary>
    internal int Chunks { get; private set; }

    /// <summary>Their lengths, added up: before compression.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Whether the chunk in a slot is needed.</summary>
    internal bool IsNeeded(int slot) => needed[slot];

    /// <summary>Marks a chunk as needed.</summary>
    /// <returns>False if it was marked already.</returns>
    internal bool Add(PackDirectory directory, int slot)
    {
        if (!needed.Add(slot))
        {
            return false;
        }

        Chunks++;
        Bytes += directory.SizeAt(slot);
        return true;
    }

    /// <summary>Whether everything below the node in a slot is marked. The mark of the slot does not tell: a file may have the content of a node.</summary>
    internal bool IsWalked(int slot) => walked is not null && walked[slot];

    /// <summary>Notes that everything below the node in a slot is marked, or is about to be.</summary>
    internal void AddWalked(int slot) => (walked ??= new SlotBits(Slots)).Add(slot);
}
