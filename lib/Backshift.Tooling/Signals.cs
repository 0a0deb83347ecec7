using System.Diagnostics;
using System.Runtime.InteropServices;
using Backshift.Posix;

namespace Backshift.Tooling;

/// <summary>
/// SIGINT, SIGTERM and SIGHUP as a cancellation: the first of them asks the program to end in good order, and a program that has not ended soon after is ended
/// by the signal, whatever it does or waits for; a later signal ends it at once. SIGUSR1 asks how far it is; where a program has no answer it does nothing, so
/// that it can be sent to a whole pipeline.
/// </summary>
internal sealed class Signals : IDisposable
{
    // timeout(1) signals its child and then the child's group, a terminal and a shell may both send SIGHUP: that is one request, not two.
    private static readonly TimeSpan Impatience = TimeSpan.FromMilliseconds(500);

    // Long enough for every loop that checks its token, and short enough to end within a second on a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

    // The same for a program that is publishing: an entry tree of ten million entries takes half of it.
    private static readonly TimeSpan PublishingPatience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);

    // How long a signal may take to arrive here after it has ended another stage of the pipe.
    private static readonly TimeSpan OnItsWay = TimeSpan.FromMilliseconds(10);

    // SIGUSR1 of Linux on x86-64 and arm64; PosixSignal takes the system's numbers too.
    private const PosixSignal AskSignal = (PosixSignal)10;

    private readonly ulong ignored = Machine.IgnoredSignals();
    private readonly CancellationTokenSource source = new();
    private readonly ManualResetEventSlim ended = new();
    private readonly Action<string> say;
    private readonly Action farewell;
    private readonly Action<int> end;
    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly Lock gate = new();
    private int number;
    private long first;
    private int publishing;
    private bool disposed;

    /// <param name="say">Says a line to the user.</param>
    /// <param name="farewell">Tidies the terminal up before the process is ended.</param>
    /// <param name="end">Ends the process by a signal.</param>
    internal Signals(Action<string> say, Action farewell, Action<int> end)
    {
        this.say = say;
        this.farewell = farewell;
        this.end = end;

        // bs-save starts its pipeline with the signal ignored, so that it does not end a program that is still starting; the runtime would leave it ignored.
        Machine.RestoreSignal((int)AskSignal);
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Handle(context, 2)));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Handle(context, 15)));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Handle(context, 1)));
        registrations.Add(PosixSignalRegistration.Create(AskSignal, context =>
        {
            context.Cancel = true;
            Answer?.Invoke();
        }));
    }

    /// <summary>Answers SIGUSR1, if the program can. Called on a thread of its own, perhaps while the program ends.</summary>
    internal Action? Answer { get; set; }

    /// <summary>Called before a signal ends the process, for cleaning up. Called on a thread of its own.</summary>
    internal Action? LastAct { get; set; }

    /// <summary>Whether a signal that was ignored at the start still is.</summary>
    internal bool KeepsIgnored { get; set; }

    /// <summary>Ends reads that wait for a pipe.</summary>
    internal WakeEvent Wake { get; } = new();

    internal CancellationToken Token => source.Token;

    /// <summary>The signal that came first, or 0.</summary>
    internal int Number => Volatile.Read(ref number);

    /// <summary>
    /// The signal that came first, or 0, if the run went wrong: when one is sent to a whole pipeline, a stage may see the end of the one before it before it
    /// receives the signal itself.
    /// </summary>
    internal int NumberAfterFailure()
    {
        SpinWait.SpinUntil(() => Number != 0, OnItsWay);
        return Number;
    }

    /// <summary>Has the reader of standard input call its interlude.</summary>
    internal void Interrupt()
    {
        lock (gate)
        {
            if (!disposed)
            {
                Wake.Interrupt();
            }
        }
    }

    /// <summary>From here until <see cref="EndPublishing"/> the first signal gives the program more time, because it is publishing. May be nested.</summary>
    internal void BeginPublishing() => Interlocked.Increment(ref publishing);

    internal void EndPublishing() => Interlocked.Decrement(ref publishing);

    /// <summary>A signal came.</summary>
    internal void Take(int signal)
    {
        long now = Stopwatch.GetTimestamp();
        if (Interlocked.CompareExchange(ref first, now, 0) is not 0 and long before)
        {
            if (Stopwatch.GetElapsedTime(before) >= Impatience)
            {
                End(signal);
            }

            return;
        }

        Volatile.Write(ref number, signal);

        // Started before the cancellation, because the callbacks of that may not return.
        new Thread(() => Enforce(signal)) { IsBackground = true, Name = "signal" }.Start();
        lock (gate)
        {
            // Disposing a registration does not wait for a handler that runs already.
            if (!disposed)
            {
                Wake.Set();
                source.Cancel();
            }
        }
    }

    private void Handle(PosixSignalContext context, int signal)
    {
        context.Cancel = true;
        if (!KeepsIgnored || (ignored & (1UL << (signal - 1))) == 0)
        {
            Take(signal);
        }
    }

    /// <summary>Ends the process unless it ends by itself.</summary>
    private void Enforce(int signal)
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan published = default;
        bool told = false;
        while (!ended.Wait(Turn))
        {
            TimeSpan passed = Stopwatch.GetElapsedTime(start);
            if (Volatile.Read(ref publishing) > 0 && passed < PublishingPatience)
            {
                published = passed;
                if (!told && passed >= Patience)
                {
                    told = true;
                    _ = Aside(() => say("publishing what was received; another signal ends the program at once"));
                }
            }
            else if (passed - published >= Patience)
            {
                End(signal);
                return;
            }
        }
    }

    private void End(int signal)
    {
        Aside(() =>
        {
            LastAct?.Invoke();
            farewell();
        }).Join(Turn);
        end(signal);
    }

    /// <summary>Does something on a thread of its own, without waiting: a terminal may be stopped, and standard error may be a full pipe.</summary>
    private static Thread Aside(Action act)
    {
        Thread thread = new(() => act()) { IsBackground = true, Name = "signal" };
        thread.Start();
        return thread;
    }

    public void Dispose()
    {
        ended.Set();
        registrations.ForEach(static registration => registration.Dispose());
        lock (gate)
        {
            disposed = true;
            source.Dispose();
            Wake.Dispose();
        }
    }
}
