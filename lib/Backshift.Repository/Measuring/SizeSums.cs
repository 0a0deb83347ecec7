namespace Backshift.Repository.Measuring;

/// <summary>Sums by number of a saveset or a host: bytes of chunks that it alone needs, and what they take.</summary>
internal sealed class SizeSums
{
    private readonly long[] bytes;
    private readonly long[] stored;

    internal SizeSums(int count)
    {
        bytes = new long[count + 1];
        stored = new long[count + 1];
    }

    internal long Bytes(int number) => bytes[number];

    internal long Stored(int number) => stored[number];

    /// <summary>Moves a chunk from the one that needed it alone to the one that does now.</summary>
    internal void Move(ushort from, ushort to, long size, long share)
    {
        if (from == to)
        {
            return;
        }

        Add(from, -size, -share);
        Add(to, size, share);
    }

    private void Add(ushort number, long size, long share)
    {
        if (number is not (SlotUse.None or SlotUse.Several))
        {
            bytes[number] += size;
            stored[number] += share;
        }
    }
}
