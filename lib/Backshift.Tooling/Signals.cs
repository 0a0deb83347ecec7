using System.Diagnostics;
using System.Runtime.InteropServices;
using Backshift.Posix;

namespace Backshift.Tooling;

/// <summary>
/// SIGINT, SIGTERM and SIGHUP as a cancellation: the first of them asks the program to end in good order, a later one ends it at once. SIGUSR1 asks how far
/// it is; where a program has no answer it does nothing, so that it can be sent to a whole pipeline.
/// </summary>
internal sealed class Signals : IDisposable
{
    // timeout(1) signals its child and then the child's group, a terminal and a shell may both send SIGHUP: that is one request, not two.
    private static readonly TimeSpan Impatience = TimeSpan.FromMilliseconds(500);

    // How long a signal may be on its way to us when it has ended another stage of the pipe already.
    private static readonly TimeSpan OnItsWay = TimeSpan.FromMilliseconds(10);

    // SIGUSR1 of Linux on x86-64 and arm64; PosixSignal takes the system's numbers too.
    private const PosixSignal AskSignal = (PosixSignal)10;

    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly Lock gate = new();
    private int number;
    private long first;
    private bool disposed;

    internal Signals()
    {
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Handle(context, 2)));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Handle(context, 15)));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Handle(context, 1)));
        registrations.Add(PosixSignalRegistration.Create(AskSignal, context =>
        {
            context.Cancel = true;
            Answer?.Invoke();
        }));
    }

    /// <summary>What SIGUSR1 asks for, if the program can tell. Called on a thread of its own, perhaps while the program ends.</summary>
    internal Action? Answer { get; set; }

    /// <summary>Ends reads that wait for a pipe.</summary>
    internal WakeEvent Wake { get; } = new();

    internal CancellationToken Token => source.Token;

    /// <summary>The signal that came first, or 0.</summary>
    internal int Number => Volatile.Read(ref number);

    /// <summary>
    /// The signal that came first, or 0, if the run went wrong: when one is sent to a whole pipeline, a stage may see that the one before it has ended before it
    /// hears of the signal itself.
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

    private void Handle(PosixSignalContext context, int signal)
    {
        // Not cancelled, the default action follows: the process ends by the signal.
        if (Interlocked.CompareExchange(ref number, signal, 0) != 0)
        {
            context.Cancel = Stopwatch.GetElapsedTime(Volatile.Read(ref first)) < Impatience;
            return;
        }

        Volatile.Write(ref first, Stopwatch.GetTimestamp());
        context.Cancel = true;
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

    public void Dispose()
    {
        registrations.ForEach(static registration => registration.Dispose());
        lock (gate)
        {
            disposed = true;
            source.Dispose();
            Wake.Dispose();
        }
    }
}
