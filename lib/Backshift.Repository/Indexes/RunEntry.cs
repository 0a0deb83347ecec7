using System.Buffers.Binary;

namespace Backshift.Repository.Indexes;

/// <summary>An entry of a run: the first eight bytes of a digest, and where the chunk lies.</summary>
/// <param name="Key">The eight bytes as a big-endian number.</param>
/// <param name="Pack">Number of the pack in the run's table.</param>
/// <param name="Slot">Slot in the pack.</param>
internal readonly record struct RunEntry(ulong Key, uint Pack, uint Slot) : IComparable<RunEntry>
{
    internal const int Size = 16;

    public int CompareTo(RunEntry other) =>
        Key != other.Key ? Key.CompareTo(other.Key) : Pack != other.Pack ? Pack.CompareTo(other.Pack) : Slot.CompareTo(other.Slot);

    internal void CopyTo(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64BigEndian(target, Key);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], Pack);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], Slot);
    }

    internal static RunEntry Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]));
}
