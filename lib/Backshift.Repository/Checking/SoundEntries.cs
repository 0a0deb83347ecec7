using System.Runtime.InteropServices;
using Backshift.Chunking;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Repository.Checking;

/// <summary>
/// Entries that were found sound, with all that they refer to. Where one file of a leaf changes, the leaf of the next saveset is another node; its other
/// entries are the same bytes, and need not be read and followed again. Each has one place in a table, so a later one may push it out.
/// </summary>
internal sealed class SoundEntries
{
    private const int LeastSlots = 1 << 10;

    // 24 bytes each, so 3 MiB. A tree with many more entries gains less: most are pushed out before the next saveset comes to them.
    private const int MostSlots = 1 << 17;

    private readonly ulong[] secret = new ulong[2];
    private Known[] slots = new Known[LeastSlots];
    private int used;

    internal SoundEntries() => RandomBytes.Fill(MemoryMarshal.AsBytes(secret.AsSpan()));

    /// <summary>What is known of an entry. The default value stands for nothing.</summary>
    /// <param name="Hash">A keyed hash of its bytes, never 0.</param>
    /// <param name="Size">The size of a file; otherwise 0.</param>
    /// <param name="Start">Where its path lies in its bytes.</param>
    /// <param name="Length">The length of the path.</param>
    /// <param name="Type">The type.</param>
    internal readonly record struct Known(ulong Hash, long Size, ushort Start, ushort Length, byte Type)
    {
        internal EntryType EntryType => (EntryType)Type;

        internal ReadOnlyMemory<byte> PathIn(ReadOnlyMemory<byte> encoded) => encoded.Slice(Start, Length);
    }

    /// <summary>A keyed hash of the bytes of an entry.</summary>
    internal ulong HashOf(ReadOnlySpan<byte> encoded) => SipHash.Hash(secret[0], secret[1], encoded) | 1;

    internal bool TryFind(ulong hash, out Known known)
    {
        known = slots[SlotOf(hash)];
        return known.Hash == hash;
    }

    /// <summary>Remembers an entry.</summary>
    /// <param name="hash">The hash of its bytes.</param>
    /// <param name="encoded">Its bytes.</param>
    /// <param name="entry">The same, read.</param>
    /// <param name="size">What it adds to the bytes of the saveset.</param>
    internal void Add(ulong hash, ReadOnlySpan<byte> encoded, EntryRecord entry, long size)
    {
        ReadOnlySpan<byte> path = entry.Path.Span;
        int start = encoded.IndexOf(path);
        if (start is < 0 or > ushort.MaxValue || path.Length > ushort.MaxValue)
        {
            return;
        }

        if (used >= slots.Length / 2 && slots.Length < MostSlots)
        {
            Grow();
        }

        ref Known slot = ref slots[SlotOf(hash)];
        used += slot.Hash == 0 ? 1 : 0;
        slot = new Known(hash, size, (ushort)start, (ushort)path.Length, (byte)entry.Type);
    }

    internal void Clear()
    {
        Array.Clear(slots);
        used = 0;
    }

    private void Grow()
    {
        Known[] old = slots;
        slots = new Known[old.Length * 2];
        used = 0;
        foreach (Known known in old)
        {
            if (known.Hash != 0)
            {
                slots[SlotOf(known.Hash)] = known;
                used++;
            }
        }
    }

    // The lowest bit is always set.
    private int SlotOf(ulong hash) => (int)(hash >> 1) & (slots.Length - 1);
}
