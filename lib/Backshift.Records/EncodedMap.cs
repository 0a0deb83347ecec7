using System.Buffers;

namespace Backshift.Records;

/// <summary>Finds the length of a map in memory and checks the bounds of backshift-stream(5), which hold for maps in a repository too.</summary>
public static class EncodedMap
{
    /// <summary>The length of the map that <paramref name="bytes"/> begins with.</summary>
    /// <exception cref="BackshiftException">It is not a map, is cut off, or is longer or deeper than allowed.</exception>
    public static int Measure(ReadOnlyMemory<byte> bytes) =>
        TryMeasure(bytes, out int length) ? length : throw RecordFrame.Damaged("a map is cut off");

    /// <summary>Measures the map that <paramref name="bytes"/> begins with.</summary>
    /// <returns>False if it is cut off.</returns>
    /// <exception cref="BackshiftException">It is not a map, or is longer or deeper than allowed.</exception>
    public static bool TryMeasure(ReadOnlyMemory<byte> bytes, out int length)
    {
        bool whole = new RecordFrame().TryMeasure(new ReadOnlySequence<byte>(bytes), out long measured);
        length = (int)measured;
        return whole;
    }
}
