using Backshift.Objects;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Marking;

/// <summary>Which chunks of one pack are needed.</summary>
internal sealed class PackMarks
{
    private readonly SlotBits needed;
    private SlotBits? walked;
    private SlotBits? prefixes;

    internal PackMarks(ObjectName pack, int slots)
    {
        Pack = pack;
        Slots = slots;
        needed = new SlotBits(slots);
    }

    internal ObjectName Pack { get; }

    /// <summary>Number of chunks in the pack.</summary>
    internal int Slots { get; }

    /// <summary>Stored bytes of all blocks of the pack.</summary>
    internal long Stored { get; init; }

    /// <summary>Number of chunks that are needed.</summary>
    internal int Chunks { get; private set; }

    /// <summary>Their lengths, added up: before compression.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Number of chunks that are needed as prefixes of deltas and by nothing else.</summary>
    internal int LonePrefixes { get; private set; }

    /// <summary>Whether a chunk that is needed is a delta.</summary>
    internal bool HasDeltas { get; set; }

    /// <summary>Whether the chunk in a slot is needed.</summary>
    internal bool IsNeeded(int slot) => needed[slot];

    /// <summary>Whether any chunk of a block is needed.</summary>
    internal bool IsBlockNeeded(PackDirectory directory, int block)
    {
        for (int slot = directory.FirstSlot(block); slot < directory.FirstSlot(block + 1); slot++)
        {
            if (IsNeeded(slot))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Marks a chunk as needed.</summary>
    /// <returns>False if it was marked already.</returns>
    internal bool Add(PackDirectory directory, int slot) => Add(slot, directory.SizeAt(slot));

    /// <summary>As <see cref="Add(PackDirectory, int)"/>, of a chunk of known length.</summary>
    internal bool Add(int slot, int size)
    {
        if (!needed.Add(slot))
        {
            return false;
        }

        Chunks++;
        Bytes += size;
        return true;
    }

    /// <summary>Takes the mark of a chunk back: something else takes its place.</summary>
    internal void Remove(int slot, int size)
    {
        if (needed.Remove(slot))
        {
            Chunks--;
            Bytes -= size;
        }
    }

    /// <summary>Whether the chunk in a slot was marked as a prefix, and nothing refers to it otherwise.</summary>
    internal bool IsLonePrefix(int slot) => prefixes is not null && prefixes[slot];

    /// <summary>Notes that a chunk was marked as a prefix.</summary>
    internal void AddLonePrefix(int slot)
    {
        if ((prefixes ??= new SlotBits(Slots)).Add(slot))
        {
            LonePrefixes++;
        }
    }

    /// <summary>Notes that something refers to a chunk otherwise than as a prefix.</summary>
    internal void Refer(int slot)
    {
        if (prefixes is not null && prefixes.Remove(slot))
        {
            LonePrefixes--;
        }
    }

    /// <summary>Whether everything below the node in a slot is marked. The mark of the slot does not tell: a file may have the content of a node.</summary>
    internal bool IsWalked(int slot) => walked is not null && walked[slot];

    /// <summary>Notes that everything below the node in a slot is marked, or is about to be.</summary>
    internal void AddWalked(int slot) => (walked ??= new SlotBits(Slots)).Add(slot);
}
