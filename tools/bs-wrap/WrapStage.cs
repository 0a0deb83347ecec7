using Backshift.Records;

namespace Backshift.Tools.Wrap;

/// <summary>Writes a stream of one entry, whose content comes from elsewhere.</summary>
internal sealed class WrapStage
{
    private const int Piece = 256 << 10;

    private readonly BeginRecord begin;
    private readonly EntryRecord entry;
    private readonly RecordWriter output;

    /// <param name="begin">The first record.</param>
    /// <param name="entry">The second; it says that content follows, and not how much.</param>
    /// <param name="output">Where the stream goes; not closed.</param>
    internal WrapStage(BeginRecord begin, EntryRecord entry, Stream output)
    {
        this.begin = begin;
        this.entry = entry;
        this.output = new RecordWriter(output);
    }

    /// <summary>Writes the stream.</summary>
    /// <param name="content">The content, read to its end.</param>
    /// <param name="cancel">Ends it.</param>
    /// <param name="finish">Throws if the content is not whole though it came to its end: then there is no end record.</param>
    internal async Task<ExitCode> RunAsync(Stream content, CancellationToken cancel, Func<CancellationToken, Task>? finish = null)
    {
        output.Write(begin);
        output.Write(entry);
        byte[] buffer = new byte[Piece];
        long size = 0;
        int count;
        while (true)
        {
            // The producer may take long: pass on what there is.
            await output.FlushAsync(cancel);

            // A read from a child cannot be canceled, so it is abandoned.
            count = await content.ReadAsync(buffer, cancel).AsTask().WaitAsync(cancel);
            if (count == 0)
            {
                break;
            }

            output.WriteData(buffer.AsSpan(0, count));
            size += count;
        }

        if (finish is not null)
        {
            await finish(cancel);
        }

        output.Write(new EndRecord(begin.Stages[0], 1, size, 0));
        await output.FlushAsync(cancel);
        return ExitCode.Done;
    }
}
