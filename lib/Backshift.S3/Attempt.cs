namespace Backshift.S3;

/// <summary>One try of a request. It is given up when nothing has moved for a while.</summary>
internal sealed class Attempt : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly TimeSpan silence;
    private readonly ServerLife life;

    /// <param name="silence">How long nothing may move.</param>
    /// <param name="life">Of the server.</param>
    internal Attempt(TimeSpan silence, ServerLife life)
    {
        this.silence = silence;
        this.life = life;
        source = CancellationTokenSource.CreateLinkedTokenSource(life.End);
        Progress();
    }

    /// <summary>Ends the request.</summary>
    internal CancellationToken Cancel => source.Token;

    /// <summary>Something has moved.</summary>
    internal void Progress()
    {
        if (!source.IsCancellationRequested)
        {
            source.CancelAfter(silence);
        }
    }

    /// <summary>The server has answered, though not all of the answer is there.</summary>
    internal void Answered() => life.Answered();

    public void Dispose() => source.Dispose();
}
