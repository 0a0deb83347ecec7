namespace Backshift.Repository.Workers;

/// <summary>Threads that run jobs in the order in which they are submitted. The caller bounds how many jobs are under way.</summary>
public sealed class WorkerPool : IDisposable
{
    // A plain monitor and not a BlockingCollection: that spins and yields before it sleeps, which takes time from the other stages of a pipeline.
    private readonly object gate = new();
    private readonly Queue<Job> queue = new();
    private readonly List<Thread> threads = [];
    private readonly int count;
    private bool ended;

    /// <param name="count">How many threads.</param>
    public WorkerPool(int count) => this.count = count;

    /// <summary>How many threads.</summary>
    public int Count => count;

    public void Submit(Job job)
    {
        job.Submitted();
        lock (gate)
        {
            queue.Enqueue(job);
            Monitor.Pulse(gate);
        }

        // Threads start with the first work: a reader that decodes one block needs one.
        if (threads.Count < count)
        {
            Thread thread = new(Work) { IsBackground = true, Name = "worker" };
            threads.Add(thread);
            thread.Start();
        }
    }

    private void Work()
    {
        using WorkerContext context = new();
        while (Next() is { } job)
        {
            job.Run(context);
        }
    }

    private Job? Next()
    {
        lock (gate)
        {
            Job? next;
            while (!queue.TryDequeue(out next) && !ended)
            {
                Monitor.Wait(gate);
            }

            return next;
        }
    }

    /// <summary>Runs the jobs that were submitted, then ends the threads.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            ended = true;
            Monitor.PulseAll(gate);
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }
    }
}
