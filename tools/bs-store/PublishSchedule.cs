namespace Backshift.Tools.Store;

/// <summary>When a save that goes on publishes what it has: after a while, after so much that is new, and when the user asks. What it does then it does on the
/// stage's thread.</summary>
internal sealed class PublishSchedule : IDisposable
{
    // The tree of all entries is made each time. Where that takes long, at most a twentieth of the time goes into it.
    private const int Pause = 19;

    private readonly TimeSpan every;
    private readonly long bytes;
    private readonly Action<bool> publish;
    private readonly Action interrupt;
    private readonly TimeProvider clock;
    private readonly ITimer? timer;
    private long publishedBytes;
    private int due;
    private int asked;

    /// <param name="every">How much time may pass; zero for any.</param>
    /// <param name="bytes">How much may come that is new; zero for any.</param>
    /// <param name="publish">Publishes; its argument says whether the user asked for it.</param>
    /// <param name="interrupt">Has the stage's thread call <see cref="Look"/>, if it waits for input.</param>
    /// <param name="clock">Tells the time.</param>
    internal PublishSchedule(TimeSpan every, long bytes, Action<bool> publish, Action interrupt, TimeProvider clock)
    {
        this.every = every;
        this.bytes = bytes;
        this.publish = publish;
        this.interrupt = interrupt;
        this.clock = clock;
        if (every > TimeSpan.Zero)
        {
            timer = clock.CreateTimer(static state => ((PublishSchedule)state!).Request(ref ((PublishSchedule)state).due), this, every,
                Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The user asks; on any thread.</summary>
    internal void Ask() => Request(ref asked);

    /// <summary>Publishes if it is time. On the stage's thread, between two records.</summary>
    /// <param name="newBytes">How much was new so far.</param>
    internal void Look(long newBytes)
    {
        bool wasAsked = Interlocked.Exchange(ref asked, 0) != 0;
        bool wasDue = Interlocked.Exchange(ref due, 0) != 0;
        if (!wasAsked && !wasDue && (bytes == 0 || newBytes - publishedBytes < bytes))
        {
            return;
        }

        long start = clock.GetTimestamp();
        publish(wasAsked);
        publishedBytes = newBytes;
        TimeSpan pause = clock.GetElapsedTime(start) * Pause;
        timer?.Change(pause > every ? pause : every, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => timer?.Dispose();

    private void Request(ref int flag)
    {
        Volatile.Write(ref flag, 1);
        interrupt();
    }
}
