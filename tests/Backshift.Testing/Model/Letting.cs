namespace Backshift.Testing.Model;

/// <summary>Does something once when it is disposed of.</summary>
/// <param name="end">What.</param>
internal sealed class Letting(Action end) : IDisposable
{
    private bool isOver;

    public void Dispose()
    {
        if (!isOver)
        {
            isOver = true;
            end();
        }
    }
}
