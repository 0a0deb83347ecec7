using Backshift.Tools.Store;
using Xunit;

namespace Backshift.Tools.Tests.Store;

public sealed class PublishScheduleTests
{
    private readonly List<bool> published = [];
    private readonly SlowClock clock = new();
    private int interrupts;

    [Fact]
    public void Nothing_is_published_before_it_is_time()
    {
        using PublishSchedule schedule = Start(every: 300, bytes: 0);
        schedule.Look(1L << 40);
        Assert.Empty(published);
    }

    [Fact]
    public void When_it_is_time_the_reader_is_interrupted_and_publishes_once()
    {
        using PublishSchedule schedule = Start(every: 300, bytes: 0);
        clock.RunTimer();
        Assert.Equal(1, interrupts);
        schedule.Look(0);
        schedule.Look(0);
        Assert.Equal([false], published);
    }

    [Fact]
    public void Each_time_that_so_much_is_new_it_is_published()
    {
        using PublishSchedule schedule = Start(every: 0, bytes: 100);
        foreach (long bytes in (long[])[0, 99, 100, 150, 199, 260, 359, 360])
        {
            schedule.Look(bytes);
        }

        Assert.Equal([false, false, false], published);
    }

    [Fact]
    public void The_user_who_asks_is_answered_whatever_the_time()
    {
        using PublishSchedule schedule = Start(every: 0, bytes: 0);
        schedule.Ask();
        Assert.Equal(1, interrupts);
        schedule.Look(0);
        Assert.Equal([true], published);
    }

    [Theory]
    [InlineData(2, 300)]
    [InlineData(60, 60 * 19)]
    public void The_pause_is_as_asked_for_but_most_of_the_time_is_left_for_saving(int took, int pause)
    {
        clock.Publishing = TimeSpan.FromSeconds(took);
        using PublishSchedule schedule = Start(every: 300, bytes: 0);
        Assert.Equal(TimeSpan.FromSeconds(300), clock.Due);
        clock.RunTimer();
        schedule.Look(0);
        Assert.Equal(TimeSpan.FromSeconds(pause), clock.Due);
    }

    private PublishSchedule Start(int every, long bytes) => new(
        TimeSpan.FromSeconds(every),
        bytes,
        asked =>
        {
            published.Add(asked);
            clock.Publish();
        },
        () => interrupts++,
        clock);

    /// <summary>A clock on which only publishing takes time, and whose timer runs when it is told to.</summary>
    private sealed class SlowClock : TimeProvider, ITimer
    {
        private TimeSpan passed;
        private Action callback = static () => { };

        public TimeSpan Publishing { get; set; }

        public TimeSpan Due { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Publish() => passed += Publishing;

        public void RunTimer() => callback();

        public override long GetTimestamp() => passed.Ticks;

        public override ITimer CreateTimer(TimerCallback timerCallback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            callback = () => timerCallback(state);
            Due = dueTime;
            return this;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime;
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
