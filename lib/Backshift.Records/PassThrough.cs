namespace Backshift.Records;

/// <summary>
/// A stage between two others: its input, its output and its loop. The loop adds the stage to the begin record and writes the output out. Of a stream that is
/// cut off it passes on every record that was whole, and no end record.
/// </summary>
public sealed class PassThrough
{
    /// <param name="input">The stream to read.</param>
    /// <param name="output">Receives the stream.</param>
    /// <param name="stage">The program's name, for the begin record and for problems.</param>
    public PassThrough(RecordReader input, RecordWriter output, string stage)
    {
        Input = input;
        Output = output;
        Stage = stage;
    }

    public RecordReader Input { get; }

    public RecordWriter Output { get; }

    /// <summary>The program's name.</summary>
    public string Stage { get; }

    /// <summary>Passes the whole stream on.</summary>
    /// <param name="annotate">Adds the stage's own keys to the begin record, which the loop writes.</param>
    /// <param name="take">Handles the record at which <see cref="Input"/> is positioned, any but the first.</param>
    /// <param name="drain">Writes what the stage holds back; called where the stream is cut.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="StreamCutException">The stream is cut; all that was whole has been passed on.</exception>
    /// <exception cref="BackshiftException">It is damaged.</exception>
    public async Task RunAsync(
        Action<BeginRecord> annotate, Func<CancellationToken, ValueTask> take, Func<CancellationToken, ValueTask> drain, CancellationToken cancel)
    {
        try
        {
            while (await Input.ReadAsync(cancel))
            {
                if (Input.Kind == RecordKind.Begin)
                {
                    BeginRecord begin = BeginRecord.ReadFrom(Input.Encoded);
                    begin.CheckRequired();
                    annotate(begin);
                    begin.AddStage(Stage);
                    Output.Write(begin);
                }
                else
                {
                    await take(cancel);
                }

                await Output.FlushIfFullAsync(cancel);
            }
        }
        catch (StreamCutException)
        {
            await drain(cancel);
            await Output.FlushAsync(cancel);
            throw;
        }

        await Output.FlushAsync(cancel);
    }
}
