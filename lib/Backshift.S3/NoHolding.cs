namespace Backshift.S3;

/// <summary>What stands for a lock where there are none.</summary>
internal sealed class NoHolding : IDisposable
{
    internal static NoHolding Instance { get; } = new();

    public void Dispose()
    {
    }
}
