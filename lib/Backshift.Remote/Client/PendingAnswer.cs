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
    private StoreGoneException? failure;
    private bool isDisposed;

    /// <summary>What is asked.</summary>
    internal required Verb Verb { get; init; }

    /// <summary>How many bytes of data it and its request take.</summary>
    internal required int Cost { get; init; }

    /// <summary>Whether it was asked for before a caller came to ask.</summary>
    internal bool IsAhead { get; init; }

    /// <summary>Whether it need not be waited for.</summary>
    internal bool HasCome
    {
        get
        {
            lock (gate)
            {
                return answer is not null || failure is not null;
            }
        }
    }

    /// <summary>Whether it has come and has nothing.</summary>
    internal bool IsInVain
    {
        get
        {
            lock (gate)
            {
                return answer is { IsGone: true } or { Trouble: not null } || failure is not null;
            }
        }
    }

    /// <summary>Waits for it.</summary>
    /// <returns>The answer; its data is valid until this object is disposed of.</returns>
    /// <exception cref="BackshiftException">The request was not done.</exception>
    /// <exception cref="StoreGoneException">The connection has ended.</exception>
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
            throw Connection.Again(failure);
        }

        return answer!.Trouble is { } trouble ? throw trouble.ToException() : answer;
    }

    /// <summary>Takes the answer, and copies its data.</summary>
    internal void Complete(Answer received)
    {
        received = received.For(Verb);
        byte[]? copy = null;
        if (received.Data is { } bytes)
        {
            copy = ArrayPool<byte>.Shared.Rent(bytes.Length);
            bytes.CopyTo(copy);
            received = received with { Data = copy.AsMemory(0, bytes.Length) };
        }

        lock (gate)
        {
            // Who has asked may have given up meanwhile, for another answer.
            if (isDisposed && copy is not null)
            {
                ArrayPool<byte>.Shared.Return(copy);
                received = received with { Data = null };
                copy = null;
            }

            data = copy;
            answer = received;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>There will be none.</summary>
    internal void Fail(StoreGoneException cause)
    {
        lock (gate)
        {
            failure = cause;
            Monitor.PulseAll(gate);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            if (data is not null)
            {
                ArrayPool<byte>.Shared.Return(data);
                data = null;
            }
        }
    }
}
