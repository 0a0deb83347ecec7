using Backshift.Posix;

namespace Backshift.Tooling;

/// <summary>
/// Where one thread says that it now asks the system for something that may never come. It costs two writes to memory, so it may be done for every read;
/// the clock is looked at by the watch alone.
/// </summary>
public sealed class WatchedCall
{
    private readonly Func<BytePath>? place;
    private byte[]? path;
    private int turns;

    internal WatchedCall(Func<BytePath>? place) => this.place = place;

    /// <summary>A call begins that is about <paramref name="about"/>; the bytes must not change afterwards.</summary>
    public void Begin(BytePath about)
    {
        path = about.Bytes;
        Volatile.Write(ref turns, (turns + 1) | 1);
    }

    /// <summary>A call begins; what it is about is asked for when it hangs.</summary>
    public void Begin() => Volatile.Write(ref turns, (turns + 1) | 1);

    /// <summary>The call has come back, and the thread goes on with something that cannot hang for ever.</summary>
    public void End() => Volatile.Write(ref turns, (turns | 1) + 1);

    /// <summary>How often something began or ended: odd while a call is under way.</summary>
    internal int Turns => Volatile.Read(ref turns);

    /// <summary>What the call is about.</summary>
    internal BytePath Place => place?.Invoke() ?? new BytePath(path ?? []);

    // For the watch alone, which looks at it on one thread at a time: when this call was seen first, and what was said of it.
    internal int SeenTurns { get; set; }

    internal TimeSpan SeenAt { get; set; }

    internal BytePath? Told { get; set; }
}
