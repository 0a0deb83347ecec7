using MessagePack;

namespace Backshift.Records;

/// <summary>
/// Recognizes the errors of the MessagePack library for bytes that are no value, or a value of another type or range. Two of them other code throws as well, so
/// this is for filters around the reading of values that are in memory, and nothing else.
/// </summary>
public static class MalformedValue
{
    /// <summary>Whether an exception means that what was read is malformed, and not that the program is.</summary>
    /// <remarks>A value of another type; one that is cut off; an integer that is too large for what it is read as.</remarks>
    public static bool IsCauseOf(Exception e) => e is MessagePackSerializationException or EndOfStreamException or OverflowException;

    /// <summary>Whether an exception means that what was read is malformed, or breaks the format.</summary>
    public static bool IsDamage(Exception e) => IsCauseOf(e) || e is BackshiftException { Fault: not null };

    /// <summary>What is wrong with it, for a message that begins with the name of what was read.</summary>
    /// <param name="damage">An exception for which <see cref="IsDamage"/> is true.</param>
    public static string Fault(Exception damage) => (damage as BackshiftException)?.Fault ?? "a value is of the wrong type";
}
