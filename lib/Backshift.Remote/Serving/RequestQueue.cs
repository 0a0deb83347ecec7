namespace Backshift.Remote.Serving;

/// <summary>
/// Threads that do the requests of a client. There are as many as it has requests under way, up to a limit. How many there are, and how much data they have, is
/// bounded for all of them together, also for those that wait for another one elsewhere.
/// </summary>
internal sealed class RequestQueue : IDisposable
{
    private const int MostThreads = 16;

    private readonly object gate = new();
    private readonly Queue<Action> waiting = new();
    private readonly List<Thread> threads = [];
    private readonly int most;
    private readonly int mostBytes;
    private int idle;
    private int underWay;
    private int bytes;
    private bool isEnding;

    /// <param name="most">How many requests may be under way.</param>
    /// <param name="mostBytes">How much data they may have together; one that has more is alone.</param>
    internal RequestQueue(int most, int mostBytes)
    {
        this.most = most;
        this.mostBytes = mostBytes;
    }

    /// <summary>Waits until there is room for one more request.</summary>
    /// <param name="cost">How much data it has.</param>
    internal void Begin(int cost)
    {
        lock (gate)
        {
            while (underWay >= most || (bytes > 0 && bytes + cost > mostBytes))
            {
                Monitor.Wait(gate);
            }

            underWay++;
            bytes += cost;
        }
    }

    /// <summary>Waits until all that have begun have been answered.</summary>
    internal void AwaitAll()
    {
        lock (gate)
        {
            while (underWay > 0)
            {
                Monitor.Wait(gate);
            }
        }
    }

    /// <summary>A request has been answered.</summary>
    /// <param name="cost">What it began with.</param>
    internal void End(int cost)
    {
        lock (gate)
        {
            underWay--;
            bytes -= cost;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Has something done by a thread.</summary>
    internal void Add(Action work)
    {
        lock (gate)
        {
            waiting.Enqueue(work);
            if (idle < waiting.Count && threads.Count < MostThreads)
            {
                Thread thread = new(Work) { IsBackground = true, Name = "requests" };
                threads.Add(thread);
                thread.Start();
            }

            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Waits until all is done.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isEnding = true;
            Monitor.PulseAll(gate);
        }

        threads.ForEach(static thread => thread.Join());
    }

    private void Work()
    {
        while (true)
        {
            Action work;
            lock (gate)
            {
                idle++;
                while (waiting.Count == 0 && !isEnding)
                {
                    Monitor.Wait(gate);
                }

                idle--;
                if (waiting.Count == 0)
                {
                    return;
                }

                work = waiting.Dequeue();
            }

            work();
        }
    }
}
