namespace Backshift.Repository.Tests;

/// <summary>A clock that has something happen whenever it is asked.</summary>
/// <param name="action">What.</param>
internal sealed class HookedClock(Action action) : TimeProvider
{
    public override DateTimeOffset GetUtcNow()
    {
        action();
        return DateTimeOffset.UtcNow;
    }
}
