using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Backshift.Records;

namespace Backshift.Tools.Json;

/// <summary>Writes the stream that lines of JSON stand for, record by record, each only after a reader of streams has taken it.</summary>
internal sealed class BackStage
{
    // A map that is written as pairs is three levels of JSON.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = (3 * StreamLimits.Depth) + 4 };

    private readonly LineReader input;
    private readonly RecordWriter output;
    private readonly ArrayBufferWriter<byte> record = new(64 << 10);

    // Holds one record, which is read before the next is written.
    private readonly Pipe written = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly RecordReader reader;

    internal BackStage(LineReader input, RecordWriter output)
    {
        this.input = input;
        this.output = output;
        reader = new RecordReader(written.Reader);
    }

    /// <exception cref="StreamCutException">The lines stop without an end record; all before have been written.</exception>
    /// <exception cref="BackshiftException">A line is not one of ours, or out of order, likewise.</exception>
    internal async Task<ExitCode> RunAsync(CancellationToken cancel)
    {
        bool problems = false;
        try
        {
            while (await input.ReadAsync(cancel))
            {
                Encode();
                await ReadBackAsync(cancel);
                problems |= reader.Kind == RecordKind.Problem;
                output.WriteEncoded(reader.Encoded);
                await output.FlushIfFullAsync(cancel);
            }
        }
        catch (BackshiftException)
        {
            await output.FlushAsync(cancel);
            throw;
        }

        await output.FlushAsync(cancel);
        return !reader.Ended
            ? throw new StreamCutException(reader.Started ? "the lines on standard input stop without an end record"
            : "standard input is empty: no begin record")
            : problems ? ExitCode.Incomplete : ExitCode.Done;
    }

    /// <summary>Reads what was written as any other program would: nothing is passed on that they refuse.</summary>
    private async ValueTask ReadBackAsync(CancellationToken cancel)
    {
        written.Writer.Write(record.WrittenSpan);
        await written.Writer.FlushAsync(cancel);
        try
        {
            await reader.ReadAsync(cancel);
            RecordCheck.Check(reader.Kind, reader.Encoded);
        }
        catch (BackshiftException e)
        {
            throw Wrong(e.Message, e);
        }
    }

    private void Encode()
    {
        record.ResetWrittenCount();
        try
        {
            using JsonDocument line = JsonDocument.Parse(input.Line, Options);
            RecordFromJson.Write(line.RootElement, record);
            if (record.WrittenCount > StreamLimits.Record)
            {
                throw Wrong($"the record is longer than {StreamLimits.Record} bytes");
            }
        }
        catch (JsonException e)
        {
            throw new BackshiftException(ExitCode.DataError, $"line {input.Number}: is not JSON, from byte {e.BytePositionInLine + 1} on",
                "a record is one line: jq -c", e);
        }
        catch (InvalidOperationException e)
        {
            // The base library's only word for half of a surrogate pair; types are looked at before.
            throw Wrong("a string or a key is not Unicode", e);
        }
        catch (FormatException e)
        {
            throw Wrong(e.Message, e);
        }
    }

    private BackshiftException Wrong(string what, Exception? cause = null) => new(ExitCode.DataError, $"line {input.Number}: {what}", cause: cause);
}
