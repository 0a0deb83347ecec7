using System.Buffers;
using System.IO.Pipelines;
using MessagePack;

namespace Backshift.Records;

/// <summary>
/// Reads a stream of backshift-stream(5), one record at a time, and keeps its order: one begin first, one end last, content after entries only.
/// MessagePack's own stream reader takes a record that is cut in the middle for the end of the stream, and has no bounds.
/// </summary>
public sealed class RecordReader
{
    private readonly PipeReader pipe;
    private readonly string name;
    private readonly RecordFrame frame = new();
    private ReadOnlySequence<byte> buffer;
    private ReadOnlySequence<byte> current;
    private bool started;
    private bool ended;
    private bool afterEntry;
    private bool completed;
    private bool reading;

    /// <param name="input">The stream; read in large pieces, not closed.</param>
    /// <param name="name">What to call it in messages.</param>
    public RecordReader(Stream input, string name = "standard input")
        : this(PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 256 << 10, minimumReadSize: 64 << 10, leaveOpen: true)), name)
    {
    }

    public RecordReader(PipeReader pipe, string name = "standard input")
    {
        this.pipe = pipe;
        this.name = name;
    }

    /// <summary>The kind of the current record.</summary>
    public RecordKind Kind { get; private set; }

    /// <summary>The current record as it came. Valid until the next call of <see cref="ReadAsync"/>, or for longer with <see cref="KeepFrom"/>.</summary>
    public ReadOnlySequence<byte> Encoded => current;

    /// <summary>
    /// Records from here on stay valid when the reader moves on; null if only the current one does. For callers that give contents to other threads without
    /// copying them. Set it to the start of <see cref="Encoded"/>, never to an earlier one than before. The records that are kept take memory, so the caller
    /// bounds them.
    /// </summary>
    public SequencePosition? KeepFrom { get; set; }

    /// <summary>Whether an end record has been read: what came before is the whole stream.</summary>
    public bool Ended => ended;

    /// <summary>Whether a begin record has been read.</summary>
    public bool Started => started;

    /// <summary>Moves on to the next record.</summary>
    /// <returns>False after the end record, when the input is at its end too.</returns>
    /// <exception cref="BackshiftException">The input is not a stream, or stops without an end record (see <see cref="StreamCutException"/>).</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancel = default)
    {
        buffer = buffer.Slice(current.Length);
        current = default;
        while (true)
        {
            if (!buffer.IsEmpty && frame.TryMeasure(buffer, out long length))
            {
                current = buffer.Slice(0, length);
                Take();
                return true;
            }

            if (buffer.Length > StreamLimits.Record)
            {
                throw RecordFrame.Damaged($"a record is longer than {StreamLimits.Record} bytes");
            }

            if (completed)
            {
                if (!buffer.IsEmpty)
                {
                    throw new StreamCutException($"the stream on {name} stops in the middle of a record");
                }

                if (!ended)
                {
                    throw new StreamCutException(started ? $"the stream on {name} stops without an end record" : $"{name} is empty: no begin record");
                }

                return false;
            }

            // Decide now what to keep: while we wait, the caller may do something else and need less afterwards.
            SequencePosition position = buffer.Start;
            SequencePosition? kept = KeepFrom;
            if (reading)
            {
                pipe.AdvanceTo(kept ?? position, buffer.End);
            }

            reading = true;
            ReadResult read = await pipe.ReadAsync(cancel);
            buffer = kept is null ? read.Buffer : read.Buffer.Slice(position);
            completed = read.IsCompleted;
        }
    }

    private void Take()
    {
        Kind = ReadKind();
        if (ended)
        {
            throw RecordFrame.Damaged("a record follows the end record");
        }

        if (!started && Kind != RecordKind.Begin)
        {
            throw RecordFrame.Damaged("the first record is not a begin record");
        }

        switch (Kind)
        {
            case RecordKind.Begin when started:
                throw RecordFrame.Damaged("a second begin record");
            case RecordKind.Begin:
                started = true;
                break;
            case RecordKind.Entry:
                afterEntry = true;
                break;
            case var kind when !afterEntry && kind.BelongsToEntry():
                throw RecordFrame.Damaged("content before any entry");
            case RecordKind.End:
                ended = true;
                break;
        }
    }

    private RecordKind ReadKind()
    {
        // The frame has measured the record, so there is a map of whole values.
        MessagePackReader reader = new(current);
        if (reader.ReadMapHeader() == 0 || !RecordText.Is(ref reader, "kind"u8))
        {
            throw RecordFrame.Damaged("the first key of a record is not \"kind\"");
        }

        return RecordKinds.Of(RecordText.ReadSpan(ref reader, 64, "kind"));
    }
}
