using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Packs;

/// <summary>Makes packs durable on a thread of its own, so that fsync(2) of one goes on while the next is filled.</summary>
internal sealed class PackPublisher : IDisposable
{
    private readonly BlockingCollection<PackWriter> queue = new(boundedCapacity: 2);
    private readonly Thread thread;
    private readonly ManualResetEventSlim idle = new(initialState: true, spinCount: 0);
    private readonly Lock gate = new();
    private int waiting;
    private ExceptionDispatchInfo? failure;

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
    internal void Publish(PackWriter pack)
    {
        ThrowIfFailed();
        HandingOver?.Invoke();
        if (thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            thread.Start();
        }

        lock (gate)
        {
            waiting++;
            idle.Reset();
        }

        queue.Add(pack);
    }

    /// <summary>Waits until all packs are durable and visible; throws what went wrong with any of them.</summary>
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
        foreach (PackWriter pack in queue.GetConsumingEnumerable())
        {
            using (pack)
            {
                try
                {
                    // After one failure nothing more is published: the next caller that waits gets the exception and stops.
                    if (failure is null)
                    {
                        PublishUnlessHeld(pack);
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

            lock (gate)
            {
                if (--waiting == 0)
                {
                    idle.Set();
                }
            }
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
        }
        finally
        {
            others.Unlock();
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
}
