using System.Buffers;
using System.IO.Pipelines;
using Backshift.Records;

namespace Backshift.Tools.Json;

/// <summary>Lines of bytes, each ended by a newline; the last need not be. Empty ones are passed over, but counted.</summary>
internal sealed class LineReader
{
    /// <summary>Longest line, in bytes: a record of nothing but text, each byte of it written as \u0000, and some air.</summary>
    internal const int Longest = (6 * StreamLimits.Record) + (1 << 20);

    private readonly PipeReader pipe;
    private ReadOnlySequence<byte> buffer;
    private SequencePosition? next;
    private long searched;
    private bool reading;
    private bool completed;

    /// <param name="input">Not closed.</param>
    internal LineReader(Stream input) =>
        pipe = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 256 << 10, minimumReadSize: 64 << 10, leaveOpen: true));

    /// <summary>The present line without its newline. Valid until the next call of <see cref="ReadAsync"/>.</summary>
    internal ReadOnlySequence<byte> Line { get; private set; }

    /// <summary>Its number, from 1.</summary>
    internal long Number { get; private set; }

    /// <summary>Moves on to the next line; false at the end.</summary>
    /// <exception cref="BackshiftException">A line is too long.</exception>
    internal async ValueTask<bool> ReadAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (next is { } start)
            {
                buffer = buffer.Slice(start);
                next = null;
                searched = 0;
            }

            SequencePosition? end = buffer.Slice(searched).PositionOf((byte)'\n');
            searched = buffer.Length;
            if (end is not null || (completed && !buffer.IsEmpty))
            {
                Number++;
                Line = end is null ? buffer : buffer.Slice(0, end.Value);
                next = end is null ? buffer.End : buffer.GetPosition(1, end.Value);
                if (Line.Length > Longest)
                {
                    throw TooLong();
                }

                if (!IsBlank(Line))
                {
                    return true;
                }

                continue;
            }

            if (completed)
            {
                return false;
            }

            if (searched > Longest)
            {
                Number++;
                throw TooLong();
            }

            await FillAsync(cancel);
        }
    }

    private async ValueTask FillAsync(CancellationToken cancel)
    {
        if (reading)
        {
            pipe.AdvanceTo(buffer.Start, buffer.End);
        }

        reading = true;
        ReadResult read = await pipe.ReadAsync(cancel);
        buffer = read.Buffer;
        completed = read.IsCompleted;
    }

    private BackshiftException TooLong() => new(ExitCode.DataError, $"line {Number}: is longer than {Longest} bytes");

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (ReadOnlyMemory<byte> piece in line)
        {
            if (piece.Span.IndexOfAnyExcept(" \t\r"u8) >= 0)
            {
                return false;
            }
        }

        return true;
    }
}
