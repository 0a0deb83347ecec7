namespace Backshift.Repository.Checking;

/// <summary>What is known of a node that was found sound, in 24 bytes; all zeros for one of which nothing is known.</summary>
/// <param name="Stamp">A hash of what it was checked as and, in the lowest byte, flags; see <see cref="StampOf"/>.</param>
/// <param name="Entries">How many entries, or problem records, lie below it.</param>
/// <param name="Bytes">Their sizes, or the length of a list, added up.</param>
internal readonly record struct SoundNode(ulong Stamp, long Entries, long Bytes)
{
    // So that no stamp is 0.
    private const byte IsKnown = 0x80;
    private const byte FlagMask = 0x7f;

    internal byte Flags => (byte)(Stamp & FlagMask);

    /// <summary>Whether it was found sound as what this hash stands for: as a leaf between two paths, or as a list.</summary>
    internal bool WasCheckedAs(ulong hash) => (Stamp & IsKnown) != 0 && (Stamp ^ hash) <= byte.MaxValue;

    /// <param name="hash">A hash of what it was checked as, with a key that nobody else knows; 56 bits of it are kept.</param>
    /// <param name="flags">At most seven bits.</param>
    internal static ulong StampOf(ulong hash, byte flags) => (hash & ~(ulong)byte.MaxValue) | IsKnown | flags;
}
