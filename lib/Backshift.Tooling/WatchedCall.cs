using Backshift.Posix;

namespace Backshift.Tooling;

/// <summary>
/// A thread marks here that it makes a system call that may never return. That costs two writes to memory, so it can be done for every read;
/// only the watch looks at the clock.
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

    /// <summary>A call begins; its path is asked for if it hangs.</summary>
    public void Begin() => Volatile.Write(ref turns, (turns + 1) | 1);

    /// <summary>The call has returned, and the thread continues with something that cannot hang for ever.</summary>
    public void End() => Volatile.Write(ref turns, (turns | 1) + 1);

    /// <summary>How often a call began or ended: odd during a call.</summary>
    internal int Turns => Volatile.Read(ref turns);

    /// <summary>The path that the call is about.</summary>
    internal BytePath Place => place?.Invoke() ?? new BytePath(path ?? []);

    // For the watch only, on one thread at a time: when this call was first seen, and what was reported.
    internal int SeenTurns { get; set; }

    internal TimeSpan SeenAt { get; set; }

    internal BytePath? Told { get; set; }
}
