namespace Backshift.Testing.Model;

/// <summary>A call that waits for the scheduler.</summary>
/// <param name="What">What is called: "publish packs/3f/…".</param>
/// <param name="Changes">Whether it changes the store.</param>
internal sealed record WaitingCall(string What, bool Changes)
{
    private readonly SemaphoreSlim turn = new(0);
    private Grant granted;

    internal void Go(Grant grant)
    {
        granted = grant;
        turn.Release();
    }

    internal Grant Wait()
    {
        turn.Wait();
        turn.Dispose();
        return granted;
    }
}
