using System.Collections.Concurrent;

namespace Backshift.Repository.Working;

/// <summary>Threads that do jobs, first come, first served. Whoever submits bounds how many jobs are under way.</summary>
public sealed class WorkerPool : IDisposable
{
    private readonly BlockingCollection<Job> queue = new(new ConcurrentQueue<Job>());
    private readonly List<Thread> threads = [];
    private readonly int count;

    /// <param name="count">How many threads.</param>
    public WorkerPool(int count) => this.count = count;

    /// <summary>How many threads.</summary>
    public int Count => count;

    public void Submit(Job job)
    {
        job.Submitted();
        queue.Add(job);

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
        foreach (Job job in queue.GetConsumingEnumerable())
        {
            job.Run(context);
        }
    }

    public void Dispose()
    {
        queue.CompleteAdding();
        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        queue.Dispose();
    }
}
