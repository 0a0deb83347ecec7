using System.Buffers;
using System.IO.Pipelines;
using Backshift.Records;

namespace Backshift.Tools.Json;

/// <summary>Writes every record of a stream as a line of JSON.</summary>
internal sealed class LinesStage
{
    private const int FlushAt = 128 << 10;

    private readonly RecordReader input;
    private readonly PipeWriter output;
    private readonly RecordToJson json;

    /// <param name="input">The stream.</param>
    /// <param name="output">Where the lines go; not closed.</param>
    /// <param name="escape">Whether a terminal reads them: then every character beyond ASCII is written as \uHHHH.</param>
    internal LinesStage(RecordReader input, Stream output, bool escape = false)
    {
        this.input = input;
        this.output = PipeWriter.Create(output, new StreamPipeWriterOptions(minimumBufferSize: 256 << 10, leaveOpen: true));
        json = new RecordToJson(this.output, escape);
    }

    /// <exception cref="StreamCutException">The stream stops; all that was whole has been written.</exception>
    /// <exception cref="BackshiftException">It is damaged, likewise.</exception>
    internal async Task<ExitCode> RunAsync(CancellationToken cancel)
    {
        bool problems = false;
        try
        {
            while (await input.ReadAsync(cancel))
            {
                problems |= input.Kind == RecordKind.Problem;
                RecordCheck.Check(input.Kind, input.Encoded);
                json.Write(input.Encoded);
                output.Write("\n"u8);
                if (output.UnflushedBytes >= FlushAt)
                {
                    await output.FlushAsync(cancel);
                }
            }
        }
        catch (Exception e) when (e is BackshiftException or StreamCutException)
        {
            await output.FlushAsync(cancel);
            throw;
        }

        await output.FlushAsync(cancel);
        return problems ? ExitCode.Incomplete : ExitCode.Done;
    }
}
