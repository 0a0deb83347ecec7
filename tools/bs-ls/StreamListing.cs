using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.List;

/// <summary>Lists a stream; see bs-ls(1).</summary>
internal sealed class StreamListing
{
    private readonly RecordReader records;
    private readonly OutputBuffer output;
    private readonly Action<string> warn;
    private readonly EntryLines? entries;
    private readonly ProblemLines? problems;

    /// <param name="input">The stream.</param>
    /// <param name="output">Where lines go.</param>
    /// <param name="options">Their form.</param>
    /// <param name="warn">Says a line on standard error.</param>
    internal StreamListing(Stream input, OutputBuffer output, ListOptions options, Action<string> warn)
    {
        records = new RecordReader(input);
        this.output = output;
        this.warn = warn;
        entries = options.Problems ? null : new EntryLines(output, options);
        problems = options.Problems ? new ProblemLines(output, options) : null;
    }

    /// <exception cref="BackshiftException">The stream is damaged.</exception>
    /// <exception cref="StreamCutException">It has no end. What there is of it has been listed.</exception>
    internal async Task<ExitCode> RunAsync(PathSelection selection, CancellationToken cancel)
    {
        long count = 0;
        try
        {
            while (await records.ReadAsync(cancel))
            {
                if (records.Kind == RecordKind.Begin)
                {
                    BeginRecord.ReadFrom(records.Encoded).CheckRequired();
                }
                else if (records.Kind == RecordKind.Problem)
                {
                    count++;
                    problems?.Write(ProblemRecord.ReadFrom(records.Encoded));
                }
                else if (records.Kind == RecordKind.Entry && entries is not null)
                {
                    EntryRecord entry = EntryRecord.ReadFrom(records.Encoded);
                    if (selection.Takes(entry.Path.Span))
                    {
                        entries.Write(entry);
                    }
                }
            }
        }
        finally
        {
            entries?.Finish();
            output.Flush();
        }

        // No later stage reports the status of those before it.
        ExitCode code = count > 0 ? ExitCode.Incomplete : ExitCode.Done;
        if (entries is null)
        {
            return code;
        }

        if (count > 0)
        {
            warn($"the stream reports {count} {(count == 1 ? "problem" : "problems")}");
        }

        foreach (BytePath path in selection.Missing)
        {
            warn($"{path}: is not in the stream");
            code = ExitCode.NoInput;
        }

        return code;
    }
}
