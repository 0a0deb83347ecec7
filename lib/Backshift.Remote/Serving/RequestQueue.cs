namespace Backshift.Remote.Serving;

/// <summary>Threads that do the requests of a client. There are as many as it has requests under way, up to a limit.</summary>
internal sealed class RequestQueue : IDisposable
{
    private const int MostThreads = 16;

    private readonly object gate = new();
    private readonly Queue<Action> waiting = new();
    private readonly List<Thread> threads = [];
    private readonly int most;
    private int idle;
    private int underWay;
    private bool isEnding;

    /// <param name="most">How many requests may wait or be done; one more waits until there is room.</param>
    internal RequestQueue(int most) => this.most = most;

    internal void Add(Action work)
    {
        lock (gate)
        {
            while (underWay >= most)
            {
                Monitor.Wait(gate);
            }

            underWay++;
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
            lock (gate)
            {
                underWay--;
                Monitor.PulseAll(gate);
            }
        }
    }
}
