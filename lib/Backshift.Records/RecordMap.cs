using System.Buffers;
using MessagePack;

namespace Backshift.Records;

/// <summary>Reads a record, and turns every way in which a value of it can be malformed into one error.</summary>
internal static class RecordMap
{
    /// <summary>Reads the map at which a reader is positioned.</summary>
    internal delegate T MapReading<T>(ref MessagePackReader reader);

    /// <summary>Reads a record.</summary>
    /// <param name="encoded">The whole record.</param>
    /// <param name="what">What to call it in messages: "an end record".</param>
    /// <param name="read">Reads its map.</param>
    /// <exception cref="BackshiftException">The record is malformed, or <paramref name="read"/> refuses it.</exception>
    internal static T Read<T>(ReadOnlySequence<byte> encoded, string what, MapReading<T> read)
    {
        MessagePackReader reader = new(encoded);
        try
        {
            return read(ref reader);
        }
        catch (Exception e) when (MalformedValue.IsCauseOf(e))
        {
            throw RecordFrame.Damaged($"{what} has a value of the wrong type", e);
        }
    }
}
