using System.Numerics;
using Backshift.Objects;

namespace Backshift.Sealing;

/// <summary>Where the segments of a sealed pack or run lie; see backshift-repository(5), "Sealed packs and runs". Lengths and offsets in bytes.</summary>
/// <param name="SealSize">Length of its seals.</param>
internal readonly record struct SealedLayout(int SealSize)
{
    /// <summary>Segments end at multiples of this.</summary>
    internal const int Segment = 16384;

    internal const int TagSize = 16;

    /// <summary>Where the first segment begins: after the header and the first seal.</summary>
    internal int Start => ObjectHeader.Size + SealSize;

    /// <summary>The length of the content, at its end.</summary>
    internal const int LengthSize = sizeof(long);

    /// <summary>The last segment holds at least the length of the content.</summary>
    internal const int LeastLast = TagSize + LengthSize;

    /// <summary>The shortest sealed object.</summary>
    internal int LeastObject => Start + LeastLast + SealSize;

    /// <summary>Content that fits into the first segment.</summary>
    private int First => Segment - Start - TagSize;

    /// <summary>Content that fits into each of the others.</summary>
    private const int Other = Segment - TagSize;

    /// <summary>Where a segment begins in the file.</summary>
    internal long OffsetOf(long segment) => segment == 0 ? Start : segment * Segment;

    /// <summary>The number of segments of an object.</summary>
    /// <param name="length">Its length; at least <see cref="LeastObject"/>.</param>
    internal long CountOf(long length) => ((length - SealSize - 1) / Segment) + 1;

    /// <summary>How much content the segments of an object have.</summary>
    /// <param name="length">Its length; at least <see cref="LeastObject"/>.</param>
    internal long CapacityOf(long length) =>
        Math.Max(0, ContentAt(CountOf(length) - 1) + Math.Max(0, length - SealSize - OffsetOf(CountOf(length) - 1) - TagSize));

    /// <summary>Where the content of a segment begins in that of all.</summary>
    internal long ContentAt(long segment) => segment == 0 ? 0 : First + ((segment - 1) * Other);

    /// <summary>The segment that a place in the content lies in.</summary>
    internal long SegmentOf(long content) => content < First ? 0 : ((content - First) / Other) + 1;

    /// <summary>The length of the object for so much content: one that PADME gives, and with which the last segment is long enough.</summary>
    /// <param name="content">Length of the content, without what fills it up and its length.</param>
    internal long LengthFor(long content)
    {
        long all = content + LengthSize;
        long length = Start + all + ((SegmentOf(all - 1) + 1) * TagSize) + SealSize;
        while (true)
        {
            length = Padme(length);
            if (length - SealSize - OffsetOf(CountOf(length) - 1) >= LeastLast)
            {
                return length;
            }

            length++;
        }
    }

    /// <summary>Rounds a length up so that it says little: by less than an eighth, and by 3 % from 32 MiB on (Nikitin and others, PETS 2019).</summary>
    internal static long Padme(long length)
    {
        int exponent = BitOperations.Log2((ulong)length);
        int kept = BitOperations.Log2((uint)exponent) + 1;
        long mask = (1L << Math.Max(0, exponent - kept)) - 1;
        return (length + mask) & ~mask;
    }
}
