using Backshift.Posix;

namespace Backshift.Tooling;

/// <summary>
/// Tells of reads that hang, as they do on a network file system whose server is gone, and lets the program end all the same: no signal wakes a thread that
/// waits for such a server, so the work is done on a thread that can be left behind.
/// </summary>
public sealed class StallWatch : IDisposable
{
    // After a signal a read that does not come back within this time is given up; soon after, Signals would end the process without a word.
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
            // Another clock is moved by whoever tests: it has timers, and nobody can wait for it.
            StartTimer(period);
        }
    }

    /// <param name="say">Says a line to the user.</param>
    /// <param name="limit">How long a call may take before it is told of; zero to tell of none.</param>
    /// <param name="clock">Tells the time.</param>
    internal static StallWatch Start(Action<string> say, TimeSpan limit, TimeProvider clock) => new(say, limit, clock);

    /// <summary>A place for the calls of one thread.</summary>
    /// <param name="place">Says what a call that hangs is about, if the calls do not say it; asked on another thread while the call hangs.</param>
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
    /// Runs <paramref name="work"/>, which may hang in a watched call. When a signal has asked the program to end and such a call does not come back, the work is
    /// left behind on its thread, which ends with the process.
    /// </summary>
    /// <exception cref="OperationCanceledException">The work was left behind, or has ended so.</exception>
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

        // What is over before anything can have hung needs no timer, and no thread of the pool to run it.
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

    /// <summary>Looks a last time, so that nothing that has gone on remains called stalled.</summary>
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
            // The descriptors of this program complete before they return, see DescriptorStream; so the whole stage runs here.
            done.SetResult(work().GetAwaiter().GetResult());
        }
#pragma warning disable CA1031 // It is thrown again in whoever waits.
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

    /// <summary>Often enough to be a twelfth too late, and seldom enough not to be noticed.</summary>
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

            // Unless it came back at this moment.
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
