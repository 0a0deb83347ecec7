namespace Backshift.Repository.Marking;

/// <summary>A bit for each slot of a pack.</summary>
internal sealed class SlotBits
{
    private readonly ulong[] words;

    internal SlotBits(int slots) => words = new ulong[(slots + 63) >> 6];

    internal bool this[int slot] => (words[slot >> 6] & (1UL << (slot & 63))) != 0;

    /// <summary>Sets a bit.</summary>
    /// <returns>False if it was set already.</returns>
    internal bool Add(int slot)
    {
        ref ulong word = ref words[slot >> 6];
        ulong bit = 1UL << (slot & 63);
        bool isNew = (word & bit) == 0;
        word |= bit;
        return isNew;
    }

    /// <summary>Clears a bit.</summary>
    /// <returns>False if it was not set.</returns>
    internal bool Remove(int slot)
    {
        ref ulong word = ref words[slot >> 6];
        ulong bit = 1UL << (slot & 63);
        bool wasSet = (word & bit) != 0;
        word &= ~bit;
        return wasSet;
    }
}
