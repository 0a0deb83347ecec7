using System.Buffers.Binary;
using System.IO.Hashing;
using Backshift.Posix;

namespace Backshift.Tools.Untar;

/// <summary>
/// Facts by name, however many names there are: a hash table that lies in memory while it is small, and in a file without a name from there on. A name is known
/// by a hash of 128 bits, with a seed that no archive can know.
/// </summary>
internal sealed class NameTable : IDisposable
{
    private const int SlotSize = 32;
    private const int Hash = 16;
    private const int StateAt = Hash;
    private const int UsedAt = StateAt + 1;
    private const int VersionAt = Hash + 4;
    private const int NoteAt = Hash + 8;
    private const int Growth = 4;

    // Slots that are read at once; most names are found in the first.
    private const int Probe = 4;

    private readonly Func<ScratchSpace> createScratch;
    private readonly int limit;
    private readonly long seed = RandomSeed();
    private ScratchBytes slots;
    private long capacity = 1 << 10;
    private long count;

    /// <param name="createScratch">Makes files for what does not fit into memory.</param>
    /// <param name="limit">How many bytes stay in memory.</param>
    internal NameTable(Func<ScratchSpace> createScratch, int limit)
    {
        this.createScratch = createScratch;
        this.limit = limit;
        slots = new ScratchBytes(createScratch, limit);
    }

    internal NameFacts Find(ReadOnlySpan<byte> name)
    {
        Span<byte> slot = stackalloc byte[SlotSize];
        Hashed(name, slot);
        Seek(slots, capacity, slot);
        return new NameFacts(
            (NameState)slot[StateAt], slot[UsedAt] != 0, BinaryPrimitives.ReadUInt32LittleEndian(slot[VersionAt..]),
                BinaryPrimitives.ReadInt64LittleEndian(slot[NoteAt..]));
    }

    internal void Set(ReadOnlySpan<byte> name, NameFacts facts)
    {
        Span<byte> slot = stackalloc byte[SlotSize];
        Hashed(name, slot);
        long place = Seek(slots, capacity, slot);
        if (slot[StateAt] == (byte)NameState.None)
        {
            if (++count > capacity / 2)
            {
                Grow();
                place = Seek(slots, capacity, slot);
            }
        }

        slot[StateAt] = (byte)facts.State;
        slot[UsedAt] = (byte)(facts.IsUsed ? 1 : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[VersionAt..], facts.Version);
        BinaryPrimitives.WriteInt64LittleEndian(slot[NoteAt..], facts.Note);
        slots.Write(slot, place * SlotSize);
    }

    private void Hashed(ReadOnlySpan<byte> name, Span<byte> slot)
    {
        slot.Clear();
        XxHash128.Hash(name, slot, seed);
    }

    /// <summary>Goes to the slot of a hash, or to the free one in which it belongs, and reads the rest of it.</summary>
    /// <param name="slots">Where.</param>
    /// <param name="capacity">How many slots there are, a power of two.</param>
    /// <param name="slot">Begins with the hash.</param>
    /// <returns>The slot's number.</returns>
    private static long Seek(ScratchBytes slots, long capacity, Span<byte> slot)
    {
        Span<byte> read = stackalloc byte[Probe * SlotSize];
        long place = (long)(BinaryPrimitives.ReadUInt64LittleEndian(slot) & (ulong)(capacity - 1));
        while (true)
        {
            int there = (int)Math.Min(Probe, capacity - place);
            slots.Read(read[..(there * SlotSize)], place * SlotSize);
            for (int i = 0; i < there; i++)
            {
                Span<byte> one = read.Slice(i * SlotSize, SlotSize);
                bool free = one[StateAt] == (byte)NameState.None;
                if (free || one[..Hash].SequenceEqual(slot[..Hash]))
                {
                    one[Hash..].CopyTo(slot[Hash..]);
                    return place + i;
                }
            }

            place = (place + there) & (capacity - 1);
        }
    }

    private void Grow()
    {
        ScratchBytes larger = new(createScratch, limit);
        byte[] read = new byte[SlotSize << 10];
        Span<byte> slot = stackalloc byte[SlotSize];
        for (long place = 0; place < capacity; place += read.Length / SlotSize)
        {
            slots.Read(read, place * SlotSize);
            for (Span<byte> rest = read; !rest.IsEmpty; rest = rest[SlotSize..])
            {
                if (rest[StateAt] != (byte)NameState.None)
                {
                    rest[..SlotSize].CopyTo(slot);
                    long its = Seek(larger, capacity * Growth, slot);
                    larger.Write(rest[..SlotSize], its * SlotSize);
                }
            }
        }

        slots.Dispose();
        slots = larger;
        capacity *= Growth;
    }

    public void Dispose() => slots.Dispose();

    private static long RandomSeed()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        RandomBytes.Fill(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }
}
