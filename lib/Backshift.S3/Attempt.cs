namespace Backshift.S3;

/// <summary>One try of a request. It is given up when nothing has moved for a while.</summary>
internal sealed class Attempt : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly TimeSpan silence;

    /// <param name="silence">How long nothing may move.</param>
    internal Attempt(TimeSpan silence)
    {
        this.silence = silence;
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

    public void Dispose() => source.Dispose();
}
