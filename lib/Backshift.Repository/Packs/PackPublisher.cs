using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Packs;

/// <summary>Makes packs durable on a thread of its own, so that fsync(2) of one goes on while the next is filled.</summary>
internal sealed class PackPublisher : IDisposable
{
    private readonly BlockingCollection<Job> queue = new(boundedCapacity: 2);
    private readonly Thread thread;
    private readonly ManualResetEventSlim idle = new(initialState: true, spinCount: 0);
    private readonly Lock gate = new();
    private int waiting;
    private ExceptionDispatchInfo? failure;
    private bool isLockKept;

    private readonly RepositoryDirectory repository;
    private readonly Action<BackshiftException> warn;
    private readonly OtherPacks? others;
    private readonly PackVerification? verification;

    /// <summary>Is told by this thread of each pack that it hands over, in a test that can be repeated exactly.</summary>
    [field: ThreadStatic]
    internal static Action? HandingOver { get; set; }

    /// <param name="repository">Where packs are published.</param>
    /// <param name="warn">Is told that parity cannot be written; that only helps.</param>
    /// <param name="others">Tells which packs need not be published; closed with the publisher. Null to publish all.</param>
    /// <param name="verification">Reads each pack back before it is published; closed with the publisher. Null for none.</param>
    internal PackPublisher(RepositoryDirectory repository, Action<BackshiftException> warn, OtherPacks? others, PackVerification? verification = null)
    {
        this.repository = repository;
        this.warn = warn;
        this.others = others;
        this.verification = verification;
        thread = new Thread(Work) { IsBackground = true, Name = "publisher" };
    }

    /// <summary>Takes a pack over.</summary>
    /// <exception cref="StoreException">One before it could not be published.</exception>
    internal void Publish(PackWriter pack)
    {
        ThrowIfFailed();
        HandingOver?.Invoke();
        Add(new Job(pack, null));
    }

    /// <summary>Has a piece of work done when all packs that were taken over are durable and visible; not at all if one of them cannot be made so. Packs that
    /// are taken over later wait for it.</summary>
    /// <param name="work">The work. What it throws is thrown like trouble with a pack.</param>
    /// <returns>What waits until it is done.</returns>
    /// <exception cref="StoreException">A pack could not be published.</exception>
    internal Action Then(Action work)
    {
        ThrowIfFailed();
        ManualResetEventSlim over = new(initialState: false, spinCount: 0);
        Add(new Job(null, work) { Over = over });
        return () =>
        {
            over.Wait();
            over.Dispose();
            ThrowIfFailed();
        };
    }

    private void Add(Job job)
    {
        if (thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            thread.Start();
        }

        lock (gate)
        {
            waiting++;
            idle.Reset();
        }

        queue.Add(job);
    }

    /// <summary>Waits until all packs are durable and visible, and all work is done; throws what went wrong with any of it.</summary>
    internal void WaitForAll()
    {
        idle.Wait();
        ThrowIfFailed();
    }

    private void ThrowIfFailed()
    {
        lock (gate)
        {
            failure?.Throw();
        }
    }

    private void Work()
    {
        foreach (Job job in queue.GetConsumingEnumerable())
        {
            using (job.Pack)
            {
                try
                {
                    // After one failure nothing more is published: the next caller that waits gets the exception and stops.
                    if (failure is null)
                    {
                        Do(job);
                    }
                }
#pragma warning disable CA1031 // It is thrown again in whoever waits.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    lock (gate)
                    {
                        failure = ExceptionDispatchInfo.Capture(e);
                    }
                }
            }

            job.Over?.Set();
            lock (gate)
            {
                if (--waiting == 0)
                {
                    idle.Set();
                }
            }
        }
    }

    private void Do(Job job)
    {
        if (job.Pack is { } pack)
        {
            PublishUnlessHeld(pack);
        }
        else
        {
            Unlock();
            job.Work!();
        }
    }

    private void Unlock()
    {
        if (isLockKept)
        {
            isLockKept = false;
            others?.Unlock();
        }
    }

    private void PublishUnlessHeld(PackWriter pack)
    {
        if (others is null)
        {
            pack.Seal();
            pack.Publish(verification);
            Protect(pack);
            return;
        }

        bool isDone = false;
        others.Lock();
        try
        {
            pack.IsHeldByOthers = others.Hold(pack);
            if (!pack.IsHeldByOthers)
            {
                others.Add(pack);
                pack.Seal();
                pack.Publish(verification);
            }

            isDone = true;
        }
        finally
        {
            // Two that are complete at the same time share a round trip. Parity takes longer than others should wait.
            isLockKept = isDone && !isLockKept && pack.IsFollowed && repository.Config.Parity == 0;
            if (!isLockKept)
            {
                others.Unlock();
            }
        }

        if (!pack.IsHeldByOthers)
        {
            Protect(pack);
        }
    }

    private void Protect(PackWriter pack)
    {
        if (repository.Store.Copies is { } copies)
        {
            pack.Keep(copies);
        }

        if (repository.Config.Parity == 0)
        {
            return;
        }

        try
        {
            pack.PublishParity(repository.Store, repository.Config.Parity);
        }
        catch (StoreException e)
        {
            // It only helps, so it does not end a save.
            warn(new BackshiftException(e.Code, $"parity of pack {pack.Name} cannot be written: {e.Message}", "bs-parity makes it later", e));
        }
    }

    public void Dispose()
    {
        queue.CompleteAdding();
        if (!thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            thread.Join();
        }

        queue.Dispose();
        others?.Dispose();
        verification?.Dispose();
    }

    /// <summary>A pack to be published, or work to be done after those before it.</summary>
    private readonly record struct Job(PackWriter? Pack, Action? Work)
    {
        /// <summary>Set when the work is done, or will not be.</summary>
        internal ManualResetEventSlim? Over { get; init; }
    }
}
