using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.Chunk;

/// <summary>
/// Reads a stream, adds the contents of the files that have not been read yet, cut into chunks, and turns later names of an inode into links.
/// </summary>
internal sealed partial class ChunkStage : IDisposable
{
    // Entries that are read ahead: at most so many times the length of a small file in memory.
    private const int Window = 64;

    private readonly PassThrough pass;
    private readonly RecordReader input;
    private readonly RecordWriter output;
    private readonly ProblemReporter problems;
    private readonly ChunkSettings settings;
    private readonly Action<string> warn;
    private readonly Progress? progress;
    private readonly WatchedCall? call;
    private readonly ContentCutter cutter;
    private readonly FileStreaming streaming;
    private readonly FileOpener opener;
    private readonly ReadAhead ahead;
    private readonly SeenInodes seen;
    private readonly Queue<PendingEntry> window = [];

    /// <param name="pass">The stream to read, and where it goes on.</param>
    /// <param name="settings">How to cut and read.</param>
    /// <param name="warn">Reports every problem met here.</param>
    /// <param name="progress">Counts files and bytes, or null.</param>
    /// <param name="seen">The inodes seen; null for a table of the usual size.</param>
    /// <param name="watch">Watches the reads, or null.</param>
    internal ChunkStage(
        PassThrough pass, ChunkSettings settings, Action<string> warn, Progress? progress = null, SeenInodes? seen = null, StallWatch? watch = null)
    {
        this.pass = pass;
        input = pass.Input;
        output = pass.Output;
        problems = new ProblemReporter(pass.Stage, output.Write, warn);
        this.settings = settings;
        this.warn = warn;
        this.progress = progress;
        this.seen = seen ?? new SeenInodes();
        cutter = new ContentCutter(settings, output);
        call = watch?.NewCall();
        streaming = new FileStreaming(cutter, output, progress, call);
        opener = new FileOpener(settings.LeaveCache, settings.IgnoreInode);
        ahead = new ReadAhead(settings.Readers, opener, settings.Naming, watch, call);
    }

    /// <summary>Problems that were met here or came along.</summary>
    internal long Problems => problems.Count;

    /// <summary>Entries that were made links.</summary>
    internal long Links { get; private set; }

    /// <summary>Bytes that were passed on as references to chunks of earlier versions.</summary>
    internal long SameBytes => cutter.SameBytes;

    /// <summary>A line that says what was done.</summary>
    internal string Summary(ProgressCounts counts) =>
        $"{SizeText.Count(counts.Entries)} files, {SizeText.Bytes(counts.Bytes)}, {SizeText.Bytes(SameBytes)} of them unchanged, "
        + $"{SizeText.Count(Links)} links, {SizeText.Count(Problems)} problems";

    /// <summary>Passes the whole stream on.</summary>
    /// <exception cref="StreamCutException">It stops; all that was whole has been passed on, and no end record.</exception>
    /// <exception cref="BackshiftException">It is damaged.</exception>
    internal async Task<ExitCode> RunAsync(CancellationToken cancel)
    {
        await pass.RunAsync(Annotate, TakeAsync, FinishAsync, cancel);
        return problems.Status;
    }

    public void Dispose()
    {
        ahead.Dispose();
        seen.Dispose();
    }

    private async ValueTask TakeAsync(CancellationToken cancel)
    {
        if (input.Kind == RecordKind.Entry)
        {
            if (!await TryPassUnreadAsync(cancel))
            {
                await TakeEntryAsync(EntryRecord.ReadFrom(input.Encoded), cancel);
            }

            return;
        }

        await DrainAsync(cancel);
        switch (input.Kind)
        {
            case RecordKind.Data or RecordKind.Chunk or RecordKind.List or RecordKind.Hole when dropping:
                break;
            case RecordKind.Data:
                CheckContent();
                await cutter.AddAsync(DataRecord.ReadFrom(input.Encoded), cancel);
                break;
            case RecordKind.Chunk or RecordKind.List or RecordKind.Hole:
                CheckContent();
                CheckRecord();
                await cutter.FinishAsync(cancel);
                output.WriteEncoded(input.Encoded);
                break;
            case var kind when kind.BelongsToEntry():
                if (dropping || last is null)
                {
                    break;
                }

                await cutter.FinishAsync(cancel);
                output.WriteEncoded(input.Encoded);
                break;
            case RecordKind.Problem:
                PassProblem();
                break;
            case RecordKind.End:
                await cutter.FinishAsync(cancel);
                output.WriteEncoded(input.Encoded);
                break;
            default:
                output.WriteEncoded(input.Encoded);
                break;
        }
    }

    private void Annotate(BeginRecord begin)
    {
        if (begin.Cutter is not null && !begin.Cutter.Matches(settings.Note))
        {
            warn("the input was already chunked with other parameters: its chunks will not deduplicate against this repository");
        }

        opener.Started = begin.Started;
        begin.Cutter ??= settings.Note;
    }

    private void PassProblem()
    {
        ProblemRecord problem = ProblemRecord.ReadFrom(input.Encoded);
        if (problem.Marks && last is null)
        {
            // The entry that it marks was dropped here; it must not mark the one before.
            problems.Pass(problem with { Marks = false });
            return;
        }

        problems.AddPassed();
        output.WriteEncoded(input.Encoded);
    }

    /// <summary>Records that are passed on unchanged are still decoded, so that an invalid record is rejected where it arrives.</summary>
    private void CheckRecord()
    {
        switch (input.Kind)
        {
            case RecordKind.Chunk: _ = ChunkRecord.ReadFrom(input.Encoded); break;
            case RecordKind.List: _ = ListRecord.ReadFrom(input.Encoded); break;
            default: _ = HoleRecord.ReadFrom(input.Encoded); break;
        }
    }

    private void CheckContent()
    {
        if (last is { HasContent: true } && !readHere)
        {
            return;
        }

        string name = last is null ? "an entry" : last.Path.ToString();
        throw new BackshiftException(ExitCode.DataError, $"damaged stream: {name}: content follows an entry that does not announce it");
    }
}
