namespace Backshift.Testing;

/// <summary>A clock that goes when it is told to, whose wall time may jump, and whose timers run when time passes, however much.</summary>
public sealed class HandClock : TimeProvider
{
    private readonly List<HandTimer> timers = [];
    private TimeSpan passed;
    private DateTimeOffset wall = new(2026, 11, 23, 9, 4, 5, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => passed.Ticks;

    public override DateTimeOffset GetUtcNow() => wall;

    /// <summary>Time passes; then every timer runs once.</summary>
    public void Pass(TimeSpan time)
    {
        passed += time;
        wall += time;
        timers.ToList().ForEach(static timer => timer.Run());
    }

    /// <summary>Every timer runs once.</summary>
    public void Tick() => Pass(TimeSpan.Zero);

    /// <summary>Somebody sets the wall clock.</summary>
    public void Jump(TimeSpan by) => wall += by;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        HandTimer timer = new(() => callback(state));
        timers.Add(timer);
        return timer;
    }

    private sealed class HandTimer(Action callback) : ITimer
    {
        private bool ended;

        public void Run()
        {
            if (!ended)
            {
                callback();
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => ended = true;

        public ValueTask DisposeAsync()
        {
            ended = true;
            return ValueTask.CompletedTask;
        }
    }
}
