using System.Buffers;
using Backshift.Records;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Client;

/// <summary>An answer that is waited for. Disposing of it returns the buffer with its data.</summary>
internal sealed class PendingAnswer : IDisposable
{
    private readonly object gate = new();
    private Answer? answer;
    private byte[]? data;
    private Exception? failure;

    /// <summary>How many bytes of data it and its request take.</summary>
    internal required int Cost { get; init; }

    /// <summary>Waits for it.</summary>
    /// <returns>The answer; its data is valid until this object is disposed of.</returns>
    /// <exception cref="BackshiftException">The request was not done, or the connection has ended.</exception>
    internal Answer Wait()
    {
        lock (gate)
        {
            while (answer is null && failure is null)
            {
                Monitor.Wait(gate);
            }
        }

        if (failure is not null)
        {
            // Several threads may wait for the same: each gets an exception of its own.
            throw Connection.Copy(failure);
        }

        return answer!.Trouble is { } trouble ? throw trouble.ToException() : answer;
    }

    /// <summary>Takes the answer, and copies its data.</summary>
    internal void Complete(Answer received)
    {
        if (received.Data is { } bytes)
        {
            data = ArrayPool<byte>.Shared.Rent(bytes.Length);
            bytes.CopyTo(data);
            received = received with { Data = data.AsMemory(0, bytes.Length) };
        }

        lock (gate)
        {
            answer = received;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>There will be none.</summary>
    internal void Fail(Exception cause)
    {
        lock (gate)
        {
            failure = cause;
            Monitor.PulseAll(gate);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref data, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
