using Backshift.Posix;

namespace Backshift.Tooling;

/// <summary>
/// Reports reads that hang, as they do on a network file system whose server is gone, and lets the program end nevertheless: no signal wakes a thread that
/// waits for such a server, so the work is done on a thread that can be abandoned.
/// </summary>
public sealed class StallWatch : IDisposable
{
    // After a signal, a read that does not return within this time is given up; soon after, Signals would end the process silently.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan LeavingPeriod = TimeSpan.FromMilliseconds(50);

    private readonly Action<string> say;
    private readonly TimeSpan limit;
    private readonly TimeProvider clock;
    private readonly long started;
    private readonly Lock gate = new();
    private readonly List<WatchedCall> calls = [];
    private readonly TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeSpan period;
    private ITimer? timer;
    private TimeSpan? leaving;

    private StallWatch(Action<string> say, TimeSpan limit, TimeProvider clock)
    {
        this.say = say;
        this.limit = limit;
        this.clock = clock;
        started = clock.GetTimestamp();
        period = limit > TimeSpan.Zero ? PeriodOf(limit) : Timeout.InfiniteTimeSpan;
        if (clock != TimeProvider.System)
        {
            // A test moves its own clock: it has timers, and cannot be waited for.
            StartTimer(period);
        }
    }

    /// <param name="say">Says a line to the user.</param>
    /// <param name="limit">How long a call may take before it is reported; zero to report none.</param>
    /// <param name="clock">Tells the time.</param>
    internal static StallWatch Start(Action<string> say, TimeSpan limit, TimeProvider clock) => new(say, limit, clock);

    /// <summary>A place for the calls of one thread.</summary>
    /// <param name="place">Returns the path that a hanging call is about, if the calls do not give it; called on another thread while the call hangs.</param>
    public WatchedCall NewCall(Func<BytePath>? place = null)
    {
        WatchedCall call = new(place);
        lock (gate)
        {
            calls.Add(call);
        }

        return call;
    }

    /// <summary>
    /// Runs <paramref name="work"/>, which may hang in a watched call. When a signal has asked the program to end and such a call does not come back, the work
    /// is abandoned on its thread, which ends with the process.
    /// </summary>
    /// <exception cref="OperationCanceledException">The work was abandoned, or was canceled.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancel)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ManualResetEventSlim early = new();
        Thread thread = new(() => Work(work, done, early)) { IsBackground = true, Name = "stage" };
        thread.Start();
        await using CancellationTokenRegistration leave = cancel.Register(() =>
        {
            Leave();
            early.Set();
        });

        // Start the timer late: work that finishes at once needs neither timer nor pool thread.
        if (clock == TimeProvider.System)
        {
            early.Wait(period, CancellationToken.None);
        }

        if (done.Task.IsCompleted)
        {
            return await done.Task;
        }

        StartTimer(period);

        if (await Task.WhenAny(done.Task, left.Task) == left.Task && !done.Task.IsCompleted)
        {
            throw new OperationCanceledException(cancel);
        }

        return await done.Task;
    }

    /// <summary>Checks a last time, so that a read that was reported as stalled and has resumed is reported again.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            timer?.Dispose();
        }

        Look();
    }

    private static void Work<T>(Func<Task<T>> work, TaskCompletionSource<T> done, ManualResetEventSlim early)
    {
        try
        {
            // Reads and writes of descriptors complete before they return, see DescriptorStream; so the whole stage runs on this thread.
            done.SetResult(work().GetAwaiter().GetResult());
        }
#pragma warning disable CA1031 // It is rethrown to the caller that waits.
        catch (Exception e)
#pragma warning restore CA1031
        {
            done.SetException(e);
        }

        early.Set();
    }

    private void StartTimer(TimeSpan every)
    {
        lock (gate)
        {
            timer ??= clock.CreateTimer(static state => ((StallWatch)state!).Look(), this, every, every);
        }
    }

    /// <summary>Often enough to be at most a twelfth too late, and seldom enough to cost nothing.</summary>
    private static TimeSpan PeriodOf(TimeSpan limit) => TimeSpan.FromMilliseconds(Math.Clamp(limit.TotalMilliseconds / 12, 50, 5000));

    private void Leave()
    {
        lock (gate)
        {
            leaving = clock.GetElapsedTime(started);
            StartTimer(LeavingPeriod);
            timer!.Change(LeavingPeriod, LeavingPeriod);
        }
    }

    private void Look()
    {
        lock (gate)
        {
            TimeSpan now = clock.GetElapsedTime(started);
            foreach (WatchedCall call in calls)
            {
                Look(call, now);
            }
        }
    }

    private void Look(WatchedCall call, TimeSpan now)
    {
        int turns = call.Turns;
        if (turns != call.SeenTurns)
        {
            if (call.Told is { } told)
            {
                say($"{told}: resumed after {Seconds(now - call.SeenAt)} s");
            }

            call.Told = null;
            call.SeenTurns = turns;
            call.SeenAt = now;
            return;
        }

        if (turns % 2 == 0)
        {
            return;
        }

        if (call.Told is null && limit > TimeSpan.Zero && now - call.SeenAt >= limit)
        {
            BytePath about = call.Place;

            // Unless it has returned at this moment.
            if (call.Turns == turns)
            {
                call.Told = about;
                say($"stalled: no data from {about} for {Seconds(now - call.SeenAt)} s");
            }
        }

        if (leaving is { } since && now - since >= Grace && now - call.SeenAt >= Grace && left.TrySetResult())
        {
            say($"not waiting for {call.Place} any longer");
        }
    }

    private static long Seconds(TimeSpan time) => (long)time.TotalSeconds;
}
