using Backshift.Records;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Client;

/// <summary>What a server holds for a client until this is disposed of.</summary>
internal sealed class Release : IDisposable
{
    private readonly Connection connection;
    private readonly Func<Request, bool>? isOver;
    private readonly bool isAwaited;
    private Request? request;

    /// <param name="connection">To the server.</param>
    /// <param name="request">Releases it.</param>
    /// <param name="isOver">Whether that is not needed any more.</param>
    /// <param name="isAwaited">Whether it has been done when this is disposed of.</param>
    internal Release(Connection connection, Request request, Func<Request, bool>? isOver = null, bool isAwaited = true)
    {
        this.isAwaited = isAwaited;
        this.isOver = isOver;
        this.connection = connection;
        this.request = request;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref request, null) is { } due && isOver?.Invoke(due) is not true)
        {
            try
            {
                using PendingAnswer asked = connection.Send(due);
                if (isAwaited)
                {
                    asked.Wait();
                }
            }
            catch (Exception e) when (e is BackshiftException or StoreGoneException)
            {
                // A server that refuses lets go when the connection ends. Until then others wait, as for a client that is slow.
            }
        }
    }
}
