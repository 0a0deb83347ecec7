using System.Runtime.ExceptionServices;

namespace Backshift.Repository.Workers;

/// <summary>Work for a worker thread; the caller waits for it. May be used again once it was waited for.</summary>
public abstract class Job
{
    private readonly Lock gate = new();
    private readonly ManualResetEventSlim done = new(initialState: true, spinCount: 0);
    private ExceptionDispatchInfo? failure;

    /// <summary>Whether the job is done, or was never submitted.</summary>
    public bool IsDone => done.IsSet;

    /// <summary>Waits until the job is done, and throws what it threw.</summary>
    public void Wait()
    {
        done.Wait();
        lock (gate)
        {
            ExceptionDispatchInfo? thrown = failure;
            failure = null;
            thrown?.Throw();
        }
    }

    /// <summary>Waits until the job is done, and leaves what it threw to <see cref="Wait"/>: for jobs that need its result.</summary>
    internal void AwaitEnd() => done.Wait();

    internal void Submitted() => done.Reset();

    internal void Run(WorkerContext context)
    {
        try
        {
            Execute(context);
        }
#pragma warning disable CA1031 // Whatever a worker throws is thrown again in whoever waits: nothing is swallowed here.
        catch (Exception e)
#pragma warning restore CA1031
        {
            lock (gate)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }
        finally
        {
            done.Set();
        }
    }

    /// <summary>What the worker does.</summary>
    protected abstract void Execute(WorkerContext context);
}
