using Backshift.Objects;
using Backshift.Repository.Packs;

namespace Backshift.Testing.Model;

/// <summary>
/// A simulated process: a thread, or several, whose calls to the store wait until the scheduler grants them. Between two calls of a process no other one runs,
/// so a schedule is the same each time.
/// </summary>
internal sealed class ModelProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly object gate = new();
    private readonly Queue<WaitingCall> waiting = [];
    private readonly Random names;
    private int executing;
    private int publishing;
    private Thread? main;
    private bool isEnded;

    internal ModelProcess(int number, ProcessKind kind, int seed, SharedStore store)
    {
        Number = number;
        Kind = kind;
        Random = new Random(seed);
        Shown = new Random(seed + 1);
        names = new Random(seed + 2);
        Store = store;
        Began = store.Now;
        Clock = new ProcessClock(store, Random.Next(2) == 0 ? 0 : TimeSpan.FromMinutes(Random.Next(-4000, 4000)).Ticks);
    }

    internal int Number { get; }

    internal ProcessKind Kind { get; }

    /// <summary>Draws what is decided within the process, by its main thread.</summary>
    internal Random Random { get; }

    /// <summary>Draws what its view shows.</summary>
    internal Random Shown { get; }

    internal SharedStore Store { get; }

    internal ProcessClock Clock { get; }

    /// <summary>Where it runs.</summary>
    internal int Machine { get; init; }

    /// <summary>Whether it is on the machine that has the disk, and takes no network to it.</summary>
    internal bool IsNear { get; init; }

    /// <summary>Whether others of its machine are told that it has ended while it lives.</summary>
    internal bool IsSaidDead { get; set; }

    /// <summary>Whether its calls go through at once: for what is looked at when a schedule is over.</summary>
    internal bool IsFree { get; init; }

    /// <summary>Whether it has crashed: no call of it has an effect any more.</summary>
    internal bool IsCrashed { get; private set; }

    /// <summary>Whether a call of it has failed.</summary>
    internal bool HasFailed { get; private set; }

    /// <summary>Whether another process has made its fence or deleted its intent.</summary>
    internal bool IsTakenForDead { get; set; }

    /// <summary>When it began, in ticks.</summary>
    internal long Began { get; }

    /// <summary>How it ended; null if it did what it was to do.</summary>
    internal Exception? Failure { get; private set; }

    /// <summary>How many packs it has deleted.</summary>
    internal int DeletedPacks { get; set; }

    /// <summary>The scheduler's number of the step until which it sleeps.</summary>
    internal long SleepsUntil { get; set; }

    internal bool IsEnded
    {
        get
        {
            lock (gate)
            {
                return isEnded;
            }
        }
    }

    /// <summary>Whether it has ended or crashed.</summary>
    internal bool IsOver => IsCrashed || IsEnded;

    /// <summary>What its next call is.</summary>
    internal string Next
    {
        get
        {
            lock (gate)
            {
                return waiting.Peek().What;
            }
        }
    }

    /// <summary>Whether its next call changes the store.</summary>
    internal bool NextChanges
    {
        get
        {
            lock (gate)
            {
                return waiting.Peek().Changes;
            }
        }
    }

    public override string ToString() => $"{Kind} {Number}";

    /// <summary>Starts it, and waits for its first call.</summary>
    internal void Start(Action body)
    {
        main = new Thread(() => Run(body)) { IsBackground = true, Name = ToString() };
        main.Start();
        AwaitCall();
    }

    /// <summary>Runs it here, without a scheduler.</summary>
    internal void RunHere(Action body)
    {
        Func<ObjectName>? before = ObjectName.Source;
        try
        {
            ObjectName.Source = NewName;
            body();
        }
        finally
        {
            ObjectName.Source = before;
        }
    }

    /// <summary>Grants its next call, and waits for the one after.</summary>
    internal void Go(Grant grant)
    {
        WaitingCall call;
        lock (gate)
        {
            call = waiting.Dequeue();
            executing++;
            IsCrashed |= grant is Grant.CrashBefore;
            HasFailed |= grant is Grant.FailBefore or Grant.FailAfter;
        }

        call.Go(grant);
        AwaitCall();
    }

    /// <summary>A call of the process: waits until it is its turn.</summary>
    internal T Do<T>(string what, bool changes, Func<T> effect, Func<Exception> trouble)
    {
        if (IsFree)
        {
            Store.Pass(TimeSpan.TicksPerMillisecond);
            return effect();
        }

        AwaitPublisher();
        ThrowIfCrashed();
        WaitingCall call = new(what, changes);
        lock (gate)
        {
            waiting.Enqueue(call);
            Monitor.PulseAll(gate);
        }

        // Not in a finally block: what catches the exception may make the next call in a filter, before any such block runs.
        Exception? thrown = null;
        T? result = default;
        Grant grant = call.Wait();
        if (grant is Grant.CrashBefore or Grant.FailBefore)
        {
            thrown = grant == Grant.CrashBefore ? new SimulatedCrashException() : trouble();
        }
        else
        {
            try
            {
                result = effect();
            }
#pragma warning disable CA1031 // It is thrown below.
            catch (Exception e)
#pragma warning restore CA1031
            {
                thrown = e;
            }

            if (grant == Grant.CrashAfter)
            {
                IsCrashed = true;
                thrown = new SimulatedCrashException();
            }
            else if (grant == Grant.FailAfter)
            {
                thrown = trouble();
            }
        }

        lock (gate)
        {
            executing--;
            Monitor.PulseAll(gate);
        }

        return thrown is null ? result! : throw thrown;
    }

    internal void ThrowIfCrashed()
    {
        if (IsCrashed)
        {
            throw new SimulatedCrashException();
        }
    }

    /// <summary>It will fail by itself, for want of space.</summary>
    internal void NoteFailure() => HasFailed = true;

    private void Run(Action body)
    {
        try
        {
            ObjectName.Source = NewName;
            PackPublisher.HandingOver = () => Note(1);
            body();
        }
#pragma warning disable CA1031 // Whatever ends it is looked at by the scheduler.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failure = e;
        }

        lock (gate)
        {
            isEnded = true;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>The thread that publishes packs is done with one.</summary>
    internal void NotePublished()
    {
        if (Thread.CurrentThread != main)
        {
            Note(-1);
        }
    }

    /// <summary>
    /// The main thread calls nothing while packs are being published: which of two threads is first would be decided by the machine, and not by the seed.
    /// </summary>
    internal void AwaitPublisher()
    {
        if (Thread.CurrentThread != main)
        {
            return;
        }

        lock (gate)
        {
            while (publishing > 0)
            {
                Monitor.Wait(gate);
            }
        }
    }

    private void Note(int packs)
    {
        lock (gate)
        {
            publishing += packs;
            Monitor.PulseAll(gate);
        }
    }

    private ObjectName NewName() => new((ulong)names.NextInt64(long.MinValue, long.MaxValue), (ulong)names.NextInt64(long.MinValue, long.MaxValue));

    private void AwaitCall()
    {
        lock (gate)
        {
            while (executing > 0 || (waiting.Count == 0 && !isEnded))
            {
                if (!Monitor.Wait(gate, Patience))
                {
                    throw new TimeoutException($"{this} neither calls nor ends");
                }
            }
        }
    }
}
