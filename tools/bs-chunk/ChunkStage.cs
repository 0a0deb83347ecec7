using Backshift.Posix;
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

    private readonly RecordReader input;
    private readonly RecordWriter output;
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

    /// <param name="input">The stream to read.</param>
    /// <param name="output">Where it goes on.</param>
    /// <param name="settings">How to cut and read.</param>
    /// <param name="warn">Reports every problem met here.</param>
    /// <param name="progress">Counts files and bytes, or null.</param>
    /// <param name="seen">The inodes seen; null for a table of the usual size.</param>
    /// <param name="watch">Watches the reads, or null.</param>
    internal ChunkStage(
        RecordReader input, RecordWriter output, ChunkSettings settings, Action<string> warn, Progress? progress = null, SeenInodes? seen = null, StallWatch? watch = null)
    {
        this.input = input;
        this.output = output;
        this.settings = settings;
        this.warn = warn;
        this.progress = progress;
        this.seen = seen ?? new SeenInodes();
        cutter = new ContentCutter(settings, output);
        call = watch?.NewCall();
        streaming = new FileStreaming(cutter, output, progress, call);
        opener = new FileOpener(settings.LeaveCache, settings.IgnoreInode);
        ahead = new ReadAhead(settings.Readers, opener, watch, call);
    }

    /// <summary>Problems that were met here or came along.</summary>
    internal long Problems { get; private set; }

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
        try
        {
            while (await input.ReadAsync(cancel))
            {
                await TakeAsync(cancel);
                await output.FlushIfFullAsync(cancel);
            }
        }
        catch (StreamCutException)
        {
            await DrainAsync(cancel);
            await cutter.FinishAsync(cancel);
            await output.FlushAsync(cancel);
            throw;
        }

        await output.FlushAsync(cancel);
        return Problems == 0 ? ExitCode.Done : ExitCode.Incomplete;
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
            case RecordKind.Begin:
                output.Write(Annotate(BeginRecord.ReadFrom(input.Encoded)));
                break;
            case RecordKind.Data or RecordKind.Chunk or RecordKind.Hole when dropping:
                break;
            case RecordKind.Data:
                CheckContent();
                await cutter.AddAsync(DataRecord.ReadFrom(input.Encoded), cancel);
                break;
            case RecordKind.Chunk or RecordKind.Hole:
                CheckContent();
                CheckRecord();
                await cutter.FinishAsync(cancel);
                output.WriteEncoded(input.Encoded);
                break;
            case RecordKind.Stream when dropping || last is null:
                break;
            case RecordKind.Stream:
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

    private BeginRecord Annotate(BeginRecord begin)
    {
        if (begin.Cutter is not null && !begin.Cutter.Matches(settings.Note))
        {
            warn("the input was already chunked with other parameters: its chunks will not deduplicate against this repository");
        }

        opener.Started = begin.Started;
        begin.Cutter ??= settings.Note;
        begin.Stages = [.. begin.Stages, Program.Name];
        return begin;
    }

    private void PassProblem()
    {
        Problems++;
        ProblemRecord problem = ProblemRecord.ReadFrom(input.Encoded);
        if (problem.Marks && last is null)
        {
            // The entry that it marks was dropped here; it must not mark the one before.
            output.Write(problem with { Marks = false });
            return;
        }

        output.WriteEncoded(input.Encoded);
    }

    /// <summary>Records that are passed on unchanged are still decoded, so that an invalid record is rejected where it arrives.</summary>
    private void CheckRecord()
    {
        if (input.Kind == RecordKind.Chunk)
        {
            _ = ChunkRecord.ReadFrom(input.Encoded);
        }
        else
        {
            _ = HoleRecord.ReadFrom(input.Encoded);
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

    private void Report(EntryRecord entry, int errno, string text, bool marks)
    {
        ProblemRecord problem = new(entry.Source ?? entry.Path, Program.Name, errno, text, marks);
        Problems++;
        warn(problem.ToString());
        output.Write(problem);
    }
}
