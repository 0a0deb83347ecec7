using System.Buffers;

namespace Backshift.Records;

/// <summary>Measures maps that lie in memory by the bounds of backshift-stream(5), which hold for those in a repository too.</summary>
public static class EncodedMap
{
    /// <summary>The length of the map that <paramref name="bytes"/> begins with.</summary>
    /// <exception cref="BackshiftException">It is no map, is cut off, or is longer or deeper than allowed.</exception>
    public static int Measure(ReadOnlyMemory<byte> bytes) =>
        TryMeasure(bytes, out int length) ? length : throw RecordFrame.Damaged("a map is cut off");

    /// <summary>Measures the map that <paramref name="bytes"/> begins with.</summary>
    /// <returns>False if it is cut off.</returns>
    /// <exception cref="BackshiftException">It is no map, or is longer or deeper than allowed.</exception>
    public static bool TryMeasure(ReadOnlyMemory<byte> bytes, out int length)
    {
        bool whole = new RecordFrame().TryMeasure(new ReadOnlySequence<byte>(bytes), out long measured);
        length = (int)measured;
        return whole;
    }
}
