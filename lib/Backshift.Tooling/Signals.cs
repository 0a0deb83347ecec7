using System.Runtime.InteropServices;
using Backshift.Posix;

namespace Backshift.Tooling;

/// <summary>SIGINT, SIGTERM and SIGHUP as a cancellation. The first of them asks the program to end in good order, the second ends it at once.</summary>
internal sealed class Signals : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly Lock gate = new();
    private int number;
    private bool disposed;

    internal Signals()
    {
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Handle(context, 2)));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Handle(context, 15)));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Handle(context, 1)));
    }

    /// <summary>Ends reads that wait for a pipe.</summary>
    internal WakeEvent Wake { get; } = new();

    internal CancellationToken Token => source.Token;

    /// <summary>The signal that came first, or 0.</summary>
    internal int Number => Volatile.Read(ref number);

    private void Handle(PosixSignalContext context, int signal)
    {
        // Not cancelled, the default action follows: the process ends by the signal.
        if (Interlocked.CompareExchange(ref number, signal, 0) != 0)
        {
            return;
        }

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
