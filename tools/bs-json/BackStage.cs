using System.Buffers;
using System.Text.Json;
using Backshift.Records;

namespace Backshift.Tools.Json;

/// <summary>Writes the stream that lines of JSON stand for. The order of its records is left to the next stage; that it has a begin and an end is seen to here.</summary>
internal sealed class BackStage
{
    // A map that is written as pairs is three levels of JSON.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = (3 * StreamLimits.Depth) + 4 };

    private readonly LineReader input;
    private readonly RecordWriter output;
    private readonly ArrayBufferWriter<byte> record = new(64 << 10);

    internal BackStage(LineReader input, RecordWriter output)
    {
        this.input = input;
        this.output = output;
    }

    /// <exception cref="StreamCutException">The lines stop without an end record; all before have been written.</exception>
    /// <exception cref="BackshiftException">A line is not one of ours.</exception>
    internal async Task<ExitCode> RunAsync(CancellationToken cancel)
    {
        bool started = false, ended = false, problems = false;
        while (await input.ReadAsync(cancel))
        {
            if (ended)
            {
                throw Wrong("follows the end record");
            }

            string kind = Encode();
            if (!started && kind != "begin")
            {
                throw Wrong("the first record is not a begin record");
            }

            started = true;
            ended = kind == "end";
            problems |= kind == "problem";
            output.WriteEncoded(new ReadOnlySequence<byte>(record.WrittenMemory));
            await output.FlushIfFullAsync(cancel);
        }

        await output.FlushAsync(cancel);
        return !ended ? throw new StreamCutException(started ? "the lines on standard input stop without an end record" : "standard input is empty: no begin record")
            : problems ? ExitCode.Incomplete : ExitCode.Done;
    }

    private string Encode()
    {
        record.ResetWrittenCount();
        try
        {
            using JsonDocument line = JsonDocument.Parse(input.Line, Options);
            string kind = RecordFromJson.Write(line.RootElement, record);
            return record.WrittenCount <= StreamLimits.Record ? kind : throw Wrong($"the record is longer than {StreamLimits.Record} bytes");
        }
        catch (JsonException e)
        {
            throw new BackshiftException(ExitCode.DataError, $"line {input.Number}: is not JSON, from byte {e.BytePositionInLine + 1} on", "a record is one line: jq -c", e);
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
