using Backshift.Records;

namespace Backshift.Remote.Messages;

/// <summary>Reads maps from a stream, one at a time, within the bounds of backshift-object(5). For one thread.</summary>
internal sealed class MessageReader
{
    /// <summary>What is wrong with a stream that ends inside a message.</summary>
    internal const string CutOff = "a message is cut off";

    private const int FirstSize = 64 << 10;

    private readonly Stream input;
    private byte[] buffer = new byte[FirstSize];
    private int start;
    private int end;

    /// <param name="input">The stream; not closed.</param>
    internal MessageReader(Stream input) => this.input = input;

    /// <summary>The next map.</summary>
    /// <returns>Null at the end of the stream. Valid until the next call.</returns>
    /// <exception cref="BackshiftException">It is none, is longer than allowed, or the stream ends inside it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal ReadOnlyMemory<byte>? Next()
    {
        while (true)
        {
            if (start < end && EncodedMap.TryMeasure(buffer.AsMemory(start, end - start), out int length))
            {
                if (length > MessageLimits.Message)
                {
                    throw TooLong();
                }

                ReadOnlyMemory<byte> message = buffer.AsMemory(start, length);
                start += length;
                return message;
            }

            if (end - start > MessageLimits.Message)
            {
                throw TooLong();
            }

            MakeRoom();
            int count = input.Read(buffer.AsSpan(end));
            if (count == 0)
            {
                return start == end ? null : throw Damaged(CutOff);
            }

            end += count;
        }
    }

    private static BackshiftException TooLong() => Damaged($"a message is longer than {MessageLimits.Message} bytes");

    internal static BackshiftException Damaged(string what) => new(ExitCode.DataError, what) { Fault = what };

    // All that is read is measured at once where it can be, so most messages are at the start.
    private void MakeRoom()
    {
        if (start == end)
        {
            start = end = 0;
        }
        else if (end == buffer.Length)
        {
            byte[] target = start > buffer.Length / 2 ? buffer : new byte[2 * buffer.Length];
            Buffer.BlockCopy(buffer, start, target, 0, end - start);
            buffer = target;
            end -= start;
            start = 0;
        }
    }
}
