using Backshift.Objects;
using Backshift.Repository.Chunks;
using Backshift.Repository.Marking;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Collecting;

/// <summary>
/// The chunks of packs that are to be recompressed which deltas in other packs are made against. They stay in short blocks: all that a reader decodes for a
/// delta has a limit, which longer blocks would come nearer to.
/// </summary>
internal sealed class PinnedPrefixes
{
    private readonly Dictionary<ObjectName, SlotBits> pins = [];
    private readonly ChunkFinder finder;
    private readonly IReadOnlySet<ObjectName> packs;

    private PinnedPrefixes(ChunkFinder finder, IReadOnlySet<ObjectName> packs)
    {
        this.finder = finder;
        this.packs = packs;
    }

    /// <summary>Finds them.</summary>
    /// <param name="finder">Finds chunks.</param>
    /// <param name="needed">What is needed.</param>
    /// <param name="packs">The packs that are to be recompressed.</param>
    /// <param name="cancel">Ends it between two packs.</param>
    /// <returns>Null if a pack with deltas cannot be opened.</returns>
    internal static PinnedPrefixes? Of(ChunkFinder finder, NeededChunks needed, IReadOnlySet<ObjectName> packs, CancellationToken cancel)
    {
        PinnedPrefixes pinned = new(finder, packs);
        foreach (PackMarks marks in needed.Packs.Where(marks => marks.HasDeltas && !packs.Contains(marks.Pack)))
        {
            cancel.ThrowIfCancellationRequested();
            if (finder.Shelf.TryOpen(marks.Pack) is not { } pack)
            {
                return null;
            }

            // The shelf may close it while other packs are looked at.
            pack.Readers++;
            try
            {
                for (int block = 0; block < pack.Directory.BlockCount; block++)
                {
                    if (pack.Directory.Block(block).Prefixes > 0 && marks.IsBlockNeeded(pack.Directory, block))
                    {
                        pinned.PinPrefixes(pack.Directory, block);
                    }
                }
            }
            finally
            {
                pack.Readers--;
            }
        }

        return pinned;
    }

    /// <summary>Whether a chunk stays in a short block.</summary>
    internal bool Contains(ObjectName pack, int slot) => pins.TryGetValue(pack, out SlotBits? bits) && bits[slot];

    private void PinPrefixes(PackDirectory directory, int block)
    {
        BlockRecord record = directory.Block(block);
        for (int i = 0; i < record.Prefixes; i++)
        {
            foreach (ChunkPlace place in finder.Places(directory.PrefixAt(block, i)))
            {
                PackDirectory other = place.Pack.Directory;

                // The recursion is as deep as deltas are: a prefix lies in a block that is less deep.
                if (packs.Contains(other.Name) && other.Block(place.Block).Depth < record.Depth && Pin(other, place.Slot))
                {
                    PinPrefixes(other, place.Block);
                }
            }
        }
    }

    private bool Pin(PackDirectory directory, int slot)
    {
        if (!pins.TryGetValue(directory.Name, out SlotBits? bits))
        {
            bits = new SlotBits(directory.ChunkCount);
            pins.Add(directory.Name, bits);
        }

        return bits.Add(slot);
    }
}
