using System.Runtime.ExceptionServices;

namespace Backshift.S3;

/// <summary>
/// Work that waits for a server, on threads of its own: those of the pool are needed to take the answers, and are few.
/// </summary>
internal static class AtOnce
{
    /// <summary>Does pieces of work, and returns when all are done.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="limit">How many are under way at most.</param>
    /// <param name="act">Does one of them. The first exception is thrown here; what was not begun then is left.</param>
    internal static void Do(int count, int limit, Action<int> act)
    {
        int next = -1;
        ExceptionDispatchInfo? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, Math.Min(count, limit)).Select(_ => new Thread(() =>
        {
            while (Volatile.Read(ref failure) is null && Interlocked.Increment(ref next) is int piece && piece < count)
            {
                try
                {
                    act(piece);
                }
                catch (Exception e)
                {
                    Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
                }
            }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        failure?.Throw();
    }
}
