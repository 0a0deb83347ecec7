using Backshift.Records;

namespace Backshift.S3;

/// <summary>
/// Whether the server lives, for all requests together: when it has answered last, and whether it was given up. May be used by several threads.
/// </summary>
internal sealed class ServerLife : IDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly Lock gate = new();
    private StoreGoneException? reason;
    private long answered = TimeProvider.System.GetTimestamp();

    /// <summary>Cancelled when the server is given up.</summary>
    internal CancellationToken End => end.Token;

    /// <summary>How long ago the last answer was, or the beginning.</summary>
    internal TimeSpan Silence => TimeProvider.System.GetElapsedTime(Interlocked.Read(ref answered));

    /// <summary>The server has answered: it has done what it was asked, or has said that it will not.</summary>
    internal void Answered() => Interlocked.Exchange(ref answered, TimeProvider.System.GetTimestamp());

    /// <summary>Verifies that it was not given up.</summary>
    /// <exception cref="StoreGoneException">It was.</exception>
    internal void Verify()
    {
        lock (gate)
        {
            if (reason is not null)
            {
                throw new StoreGoneException(reason.Message, reason.Hint, reason);
            }
        }
    }

    /// <summary>Waits for some time, or until the server is given up.</summary>
    /// <exception cref="StoreGoneException">It was.</exception>
    internal void Wait(TimeSpan time)
    {
        end.Token.WaitHandle.WaitOne(time);
        Verify();
    }

    /// <summary>Gives the server up: all that is under way ends, and all that follows fails.</summary>
    internal void GiveUp(StoreGoneException why)
    {
        lock (gate)
        {
            reason ??= why;
        }

        end.Cancel();
    }

    public void Dispose() => end.Dispose();
}
