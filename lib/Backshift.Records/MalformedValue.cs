using MessagePack;

namespace Backshift.Records;

/// <summary>Recognizes the errors of the MessagePack library for bytes that are no value, or a value of another type or range.</summary>
public static class MalformedValue
{
    /// <summary>Whether an exception means that what was read is malformed, and not that the program is.</summary>
    public static bool IsCauseOf(Exception e) => e is MessagePackSerializationException or EndOfStreamException or OverflowException;
}
