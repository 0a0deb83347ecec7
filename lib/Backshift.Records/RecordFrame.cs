using System.Buffers;
using System.Buffers.Binary;

namespace Backshift.Records;

/// <summary>
/// Finds the end of a record without parsing it, and refuses one that is too long or too deep before any of it is kept. It remembers its position, so a record
/// that arrives in pieces costs no more than one that arrives whole.
/// </summary>
internal sealed class RecordFrame
{
    // Number of values still to come at each level above the current one; allocated for a record that needs it.
    private long[]? open;
    private int depth;
    private long remaining;
    private long measured;

    /// <summary>Measures the MessagePack value that <paramref name="input"/> starts with, which must be a map.</summary>
    /// <param name="input">The input so far: after a call that returned false, the same bytes and more.</param>
    /// <param name="length">Its length in bytes, if the result is true.</param>
    /// <returns>False if the value continues after the end of <paramref name="input"/>.</returns>
    /// <exception cref="BackshiftException">It is not a map, is longer or deeper than allowed, or is not MessagePack.</exception>
    internal bool TryMeasure(ReadOnlySequence<byte> input, out long length)
    {
        length = 0;
        if (measured == 0)
        {
            // Nearly every record is in one piece and in the form that our own writers use.
            ReadOnlySpan<byte> piece = input.FirstSpan;
            SpanValues values = new(piece);
            if (!piece.IsEmpty && piece[0] is (>= 0x80 and <= 0x8f) or 0xde && values.TrySkip() && values.Position <= StreamLimits.Record)
            {
                length = values.Position;
                return true;
            }
        }

        SequenceReader<byte> reader = new(input);
        if (measured == 0)
        {
            if (!reader.TryPeek(out byte first))
            {
                return false;
            }

            if (first is not ((>= 0x80 and <= 0x8f) or 0xde or 0xdf))
            {
                throw Damaged("a record is not a map");
            }

            remaining = 1;
            depth = 0;
        }

        reader.Advance(measured);
        while (true)
        {
            while (remaining == 0)
            {
                if (depth == 0)
                {
                    length = reader.Consumed;
                    measured = 0;
                    return true;
                }

                remaining = open![--depth];
            }

            measured = reader.Consumed;
            if (!TryReadHeader(ref reader, out long inner, out long body))
            {
                return false;
            }

            // Each value is at least a byte long, so a count is bounded by the length of a record as a length is.
            if (reader.Consumed + Math.Max(inner, 0) + body > StreamLimits.Record)
            {
                throw Damaged($"a record is longer than {StreamLimits.Record} bytes");
            }

            if (reader.Remaining < body)
            {
                return false;
            }

            reader.Advance(body);
            remaining--;
            if (inner >= 0)
            {
                if (depth == StreamLimits.Depth)
                {
                    throw Damaged($"a record nests deeper than {StreamLimits.Depth}");
                }

                open ??= new long[StreamLimits.Depth];
                open[depth++] = remaining;
                remaining = inner;
            }
        }
    }

    internal static BackshiftException Damaged(string what, Exception? cause = null) =>
        new(ExitCode.DataError, $"damaged stream: {what}", cause: cause) { Fault = what };

    /// <summary>Reads the first byte of a value and the length or count after it.</summary>
    /// <param name="reader">Positioned at the value, afterwards at its body.</param>
    /// <param name="inner">Number of values in it, or -1 if it is neither map nor array.</param>
    /// <param name="body">Number of bytes that follow and are not values.</param>
    /// <returns>False if the input ends first.</returns>
    private static bool TryReadHeader(ref SequenceReader<byte> reader, out long inner, out long body)
    {
        inner = -1;
        body = 0;
        if (!reader.TryRead(out byte code))
        {
            return false;
        }

        ValueForm form = ValueForm.Of(code);
        if (!form.IsUsed)
        {
            throw Damaged($"a record holds the byte 0x{code:x2}, which MessagePack does not use");
        }

        uint number = 0;
        if (form.NumberSize > 0 && !TryReadNumber(ref reader, form.NumberSize, out number))
        {
            return false;
        }

        if (form.IsContainer)
        {
            inner = form.Inner(number);
        }
        else
        {
            body = form.Body(number);
        }

        return true;
    }

    private static bool TryReadNumber(ref SequenceReader<byte> reader, int size, out uint value)
    {
        Span<byte> field = stackalloc byte[4];
        field.Clear();
        bool there = reader.TryCopyTo(field[(4 - size)..]);
        reader.Advance(there ? size : 0);
        value = BinaryPrimitives.ReadUInt32BigEndian(field);
        return there;
    }
}
