using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>
/// Counts of a run, and the status line that shows them. Counts may be added from any thread; a timer draws at most five times a second,
/// so a stage pays a few nanoseconds for an addition and nothing for the drawing.
/// </summary>
public sealed class Progress : IDisposable
{
    // Files of at least this size are shown at once, smaller ones only once they take long.
    private const long LargeFile = 64 << 20;
    private const long SmallFile = 256 << 10;
    private static readonly TimeSpan LongTime = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AsJson = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(5);

    private readonly Diagnostics diagnostics;
    private readonly TimeProvider clock;
    private readonly long started;
    private readonly Lock drawing = new();
    private readonly Func<int>? columns;
    private readonly ProgressKind kind;
    private readonly RateMeter bytesMeter = new();
    private readonly RateMeter workMeter = new();
    private ProgressMode mode;
    private ITimer? timer;
    private long entries, bytes, fresh, stored;
    private byte[]? current;
    private FileProgress? file;
    private EstimateNote? estimate;

    // The file that was under way at an earlier drawing, and when it was seen first.
    private FileProgress? seen;
    private TimeSpan seenAt;

    private Progress(Diagnostics diagnostics, ProgressMode mode, Func<int>? columns, TimeProvider clock, ProgressKind kind)
    {
        this.kind = kind;
        this.diagnostics = diagnostics;
        this.mode = mode;
        this.columns = columns;
        this.clock = clock;
        started = clock.GetTimestamp();
    }

    internal static Progress Start(Diagnostics diagnostics, ProgressMode mode, bool terminal, Func<int> columns, TimeProvider clock,
        ProgressKind kind = ProgressKind.Storing)
    {
        ProgressMode shown = mode == ProgressMode.Auto ? (terminal ? ProgressMode.Line : ProgressMode.None) : mode;
        bool status = shown == ProgressMode.Line && terminal;
        Progress progress = new(diagnostics, shown, status ? columns : null, clock, kind);
        if (shown != ProgressMode.None)
        {
            TimeSpan period = status ? OnTerminal : shown == ProgressMode.Json ? AsJson : Elsewhere;
            progress.timer = clock.CreateTimer(static state => ((Progress)state!).Draw(), progress, status ? TimeSpan.Zero : period, period);
        }

        return progress;
    }

    /// <summary>Sets the expected totals.</summary>
    public void Expect(EstimateNote? all) => Volatile.Write(ref estimate, all);

    /// <summary>Another entry has been seen. The name is shown, escaped; its bytes must not change afterwards.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="size">Length of its content, if it has any.</param>
    public void AddEntry(BytePath path, long? size)
    {
        Interlocked.Increment(ref entries);
        Volatile.Write(ref current, path.Bytes);
        Volatile.Write(ref file, size > SmallFile ? new FileProgress(path, size.Value) : null);
    }

    /// <summary>Bytes of the last entry's content are done: they were read, or need not be.</summary>
    public void AddBytes(long count)
    {
        Interlocked.Add(ref bytes, count);
        Volatile.Read(ref file)?.Add(count);
    }

    /// <summary>Bytes that the repository did not hold yet.</summary>
    public void AddNew(long count) => Interlocked.Add(ref fresh, count);

    /// <summary>Bytes that were written to the repository; in a restore, those that were fetched from it.</summary>
    public void AddStored(long count) => Interlocked.Add(ref stored, count);

    /// <summary>The counts as they are now, with the mean rate of the whole run.</summary>
    public ProgressCounts Counts
    {
        get
        {
            TimeSpan elapsed = clock.GetElapsedTime(started);
            long done = Interlocked.Read(ref bytes);
            return new ProgressCounts(Interlocked.Read(ref entries), done, Interlocked.Read(ref fresh), Interlocked.Read(ref stored), elapsed)
            {
                Estimate = Volatile.Read(ref estimate),
                Rate = elapsed > TimeSpan.Zero ? (long)(done / elapsed.TotalSeconds) : 0,
                File = Volatile.Read(ref file),
                Kind = kind,
            };
        }
    }

    /// <summary>Prints the counts, whatever --progress says: the user has asked for them.</summary>
    public void Say() => diagnostics.WritePlain(Counts.ToLine(diagnostics.Program));

    /// <summary>Erases the status line. Outside a terminal, the last line has the final counts.</summary>
    public void Dispose()
    {
        timer?.Dispose();
        lock (drawing)
        {
            if (columns is null)
            {
                Show(Counts with { File = null });
            }
            else
            {
                diagnostics.ShowStatus("");
            }

            mode = ProgressMode.None;
        }
    }

    private void Draw()
    {
        // A terminal that accepts no output (stopped by ^S) must not accumulate the timer's threads.
        if (drawing.TryEnter())
        {
            try
            {
                Show(Lately());
            }
            finally
            {
                drawing.Exit();
            }
        }
    }

    /// <summary>The counts with the recent rate, and the time left that follows from it. Called under the lock.</summary>
    private ProgressCounts Lately()
    {
        ProgressCounts counts = Counts;
        counts = counts with { Rate = (long)(bytesMeter.Add(counts.Elapsed, counts.Bytes) ?? counts.Rate), File = FileWorthShowing(counts) };
        double pace = workMeter.Add(counts.Elapsed, counts.Work) ?? 0;
        double left = counts.AllWork is { } all && pace > 0 ? (double)(all - counts.Work) / pace : double.NaN;

        // A rate that needs months is a pause, not an estimate.
        return left < TimeSpan.FromDays(100).TotalSeconds ? counts with { Left = TimeSpan.FromSeconds(left) } : counts;
    }

    private FileProgress? FileWorthShowing(ProgressCounts counts)
    {
        if (seen != counts.File)
        {
            seen = counts.File;
            seenAt = counts.Elapsed;
        }

        return seen is { Size: < LargeFile } && counts.Elapsed - seenAt < LongTime ? null : seen;
    }

    private void Show(ProgressCounts counts)
    {
        switch (mode)
        {
            case ProgressMode.Json:
                diagnostics.WritePlain(counts.ToJson(diagnostics.Program));
                break;
            case ProgressMode.Line when columns is not null:
                // One column stays free: a full line makes some terminals wrap.
                int width = columns();
                diagnostics.ShowStatus(StatusLine.Fit(diagnostics.Program, counts, Volatile.Read(ref current), (width > 0 ? width : 80) - 1));
                break;
            case ProgressMode.Line:
                diagnostics.WritePlain(counts.ToLine(diagnostics.Program));
                break;
        }
    }
}
