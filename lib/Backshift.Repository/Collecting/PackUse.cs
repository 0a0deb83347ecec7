using Backshift.Objects;
using Backshift.Repository.Marking;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Collecting;

/// <summary>How much of a pack is needed.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Unused">How many of its bytes rewriting it would win.</param>
internal readonly record struct PackUse(ObjectName Pack, long Size, long Unused)
{
    /// <summary>Whether nothing of it is needed.</summary>
    internal bool IsUnneeded => Unused == Size;

    /// <summary>What rewriting it costs, in bytes.</summary>
    internal long Live => Size - Unused;

    /// <summary>Measures a pack.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="size">Its length in bytes.</param>
    /// <param name="directory">Its directory.</param>
    /// <param name="marks">What of it is needed; null for nothing.</param>
    /// <param name="cost">What must be stored anew elsewhere so that no more of it is needed.</param>
    internal static PackUse Of(ObjectName pack, long size, PackDirectory directory, PackMarks? marks, long cost)
    {
        if (marks is null)
        {
            return new PackUse(pack, size, size);
        }

        long unused = 0;
        for (int block = 0; block < directory.BlockCount; block++)
        {
            BlockRecord record = directory.Block(block);
            long needed = 0;
            for (int slot = directory.FirstSlot(block); slot < directory.FirstSlot(block + 1); slot++)
            {
                needed += marks.IsNeeded(slot) ? directory.SizeAt(slot) : 0;
            }

            if (!PackEmptying.IsWhole(record, needed))
            {
                unused += record.Stored - (long)((double)record.Stored * needed / record.Content);
            }
        }

        // Whatever is needed of it, it is not unneeded.
        return new PackUse(pack, size, Math.Clamp(unused - cost, 0, size - 1));
    }
}
