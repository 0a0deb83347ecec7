using Backshift.Posix;

namespace Backshift.Tooling;

/// <summary>
/// Counts of a run, and the status line that shows them. Counts may be added from any thread; a timer draws at most five times a second,
/// so a stage pays a few nanoseconds for an addition and nothing for the drawing.
/// </summary>
public sealed class Progress : IDisposable
{
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(1);

    private readonly Diagnostics diagnostics;
    private readonly TimeProvider clock;
    private readonly long started;
    private readonly Lock drawing = new();
    private readonly Func<int>? columns;
    private ProgressMode mode;
    private ITimer? timer;
    private long files, read, fresh, stored;
    private byte[]? current;

    private Progress(Diagnostics diagnostics, ProgressMode mode, Func<int>? columns, TimeProvider clock)
    {
        this.diagnostics = diagnostics;
        this.mode = mode;
        this.columns = columns;
        this.clock = clock;
        started = clock.GetTimestamp();
    }

    internal static Progress Start(Diagnostics diagnostics, ProgressMode mode, bool terminal, Func<int> columns, TimeProvider clock)
    {
        ProgressMode shown = mode == ProgressMode.Auto ? (terminal ? ProgressMode.Line : ProgressMode.None) : mode;
        bool status = shown == ProgressMode.Line && terminal;
        Progress progress = new(diagnostics, shown, status ? columns : null, clock);
        if (shown != ProgressMode.None)
        {
            progress.timer = clock.CreateTimer(static state => ((Progress)state!).Draw(), progress, TimeSpan.Zero, status ? OnTerminal : Elsewhere);
        }

        return progress;
    }

    /// <summary>Another file has been seen. The name is shown, escaped; its bytes must not change afterwards.</summary>
    public void AddFile(BytePath path)
    {
        Interlocked.Increment(ref files);
        Volatile.Write(ref current, path.Bytes);
    }

    /// <summary>Bytes of files that have been read.</summary>
    public void AddRead(long count) => Interlocked.Add(ref read, count);

    /// <summary>Bytes that the repository did not hold yet.</summary>
    public void AddNew(long count) => Interlocked.Add(ref fresh, count);

    /// <summary>Bytes that were written to the repository.</summary>
    public void AddStored(long count) => Interlocked.Add(ref stored, count);

    /// <summary>The counts as they are now.</summary>
    public ProgressCounts Counts => new(
        Interlocked.Read(ref files), Interlocked.Read(ref read), Interlocked.Read(ref fresh), Interlocked.Read(ref stored), clock.GetElapsedTime(started));

    /// <summary>Takes the status line away. Lines that were asked for elsewhere than on a terminal end with the last counts.</summary>
    public void Dispose()
    {
        timer?.Dispose();
        lock (drawing)
        {
            if (columns is null)
            {
                Show();
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
        // A terminal that takes no output (stopped by ^S) must not collect the timer's threads.
        if (drawing.TryEnter())
        {
            try
            {
                Show();
            }
            finally
            {
                drawing.Exit();
            }
        }
    }

    private void Show()
    {
        switch (mode)
        {
            case ProgressMode.Json:
                diagnostics.WritePlain(Counts.ToJson(diagnostics.Program));
                break;
            case ProgressMode.Line when columns is not null:
                // One column stays free: a full line makes some terminals wrap.
                int width = columns();
                diagnostics.ShowStatus(StatusLine.Fit(Counts.ToLine(diagnostics.Program), Volatile.Read(ref current), (width > 0 ? width : 80) - 1));
                break;
            case ProgressMode.Line:
                diagnostics.WritePlain(Counts.ToLine(diagnostics.Program));
                break;
        }
    }
}
