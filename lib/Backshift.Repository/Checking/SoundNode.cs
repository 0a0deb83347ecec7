namespace Backshift.Repository.Checking;

/// <summary>The result of checking a sound node, in 24 bytes. The default value stands for a node that was not checked.</summary>
/// <param name="Stamp">A hash of the role in which it was checked and, in the lowest byte, flags; see <see cref="StampOf"/>.</param>
/// <param name="Entries">How many entries, or problem records, lie below it.</param>
/// <param name="Bytes">Their sizes, or the length of a list, added up.</param>
internal readonly record struct SoundNode(ulong Stamp, long Entries, long Bytes)
{
    // Tells a stamp from the default value.
    private const byte IsKnown = 0x80;
    private const byte FlagMask = 0x7f;

    internal byte Flags => (byte)(Stamp & FlagMask);

    /// <summary>Whether the node was found sound in the role that this hash stands for: as a leaf between two paths, for instance, or as a list.</summary>
    internal bool WasCheckedAs(ulong hash) => (Stamp & IsKnown) != 0 && (Stamp ^ hash) <= byte.MaxValue;

    /// <summary>Joins a hash and flags.</summary>
    /// <param name="hash">A hash of the role, under a secret key; 56 bits of it are kept.</param>
    /// <param name="flags">At most seven bits.</param>
    internal static ulong StampOf(ulong hash, byte flags) => (hash & ~(ulong)byte.MaxValue) | IsKnown | flags;
}
