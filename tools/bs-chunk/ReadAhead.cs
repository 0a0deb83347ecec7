using System.Diagnostics;
using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.Chunk;

/// <summary>
/// Reads the files of entries that will be wanted soon on a few threads, while the disk makes it worth it. A file that has not been begun when it is wanted is
/// read on the spot; only a read that takes long, because it waits for a disk or a network, wakes the threads, or one that takes digests. From a warm cache a
/// file takes ten microseconds, and to hand it from one thread to another would cost as much again.
/// </summary>
internal sealed class ReadAhead : IDisposable
{
    // Reading the largest small file from the cache takes 50 µs; a disk without moving parts answers in 100 to 500 µs.
    private static readonly TimeSpan Slow = TimeSpan.FromMicroseconds(250);
    private const int QuickBeforeSleep = 64;

    private readonly object gate = new();
    private readonly Queue<PendingEntry> waiting = [];
    private readonly FileOpener opener;
    private readonly ChunkNaming naming;
    private readonly int helpers;
    private readonly StallWatch? watch;
    private readonly WatchedCall? call;
    private bool started;
    private bool awake;
    private bool stopping;
    private int quick;

    /// <param name="readers">How many read at a time, the caller counted.</param>
    /// <param name="opener">Opens the files.</param>
    /// <param name="naming">How the chunks of earlier versions are named.</param>
    /// <param name="watch">Watches the reads, or null.</param>
    /// <param name="call">Where the caller tells it.</param>
    internal ReadAhead(int readers, FileOpener opener, ChunkNaming naming, StallWatch? watch = null, WatchedCall? call = null)
    {
        helpers = readers - 1;
        this.opener = opener;
        this.naming = naming;
        this.watch = watch;
        this.call = call;
    }

    /// <summary>Whether it is of any use to add entries before they are wanted.</summary>
    internal bool IsParallel => helpers > 0;

    /// <summary>Adds an entry that will be wanted after all those before it.</summary>
    internal void Add(PendingEntry pending)
    {
        if (IsParallel)
        {
            lock (gate)
            {
                waiting.Enqueue(pending);
                if (awake)
                {
                    Monitor.Pulse(gate);
                }
            }
        }
    }

    /// <summary>The file of <paramref name="pending"/>, which the caller disposes; reads it or waits for it.</summary>
    internal FileReading Take(PendingEntry pending)
    {
        Forget(pending);
        if (!pending.TryClaim())
        {
            return pending.Wait();
        }

        long start = Stopwatch.GetTimestamp();
        FileReading reading = Read(pending, call);
        if (IsParallel && IsWork(pending, start))
        {
            Wake();
        }

        return reading;
    }

    /// <summary>Drops an entry whose file is not wanted after all.</summary>
    internal void Discard(PendingEntry pending)
    {
        Forget(pending);
        if (!pending.TryClaim())
        {
            pending.Wait().Dispose();
        }
    }

    /// <summary>Ends the threads. Content that was read and not taken is dropped.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            stopping = true;
            Monitor.PulseAll(gate);
        }
    }

    private void Forget(PendingEntry pending)
    {
        if (IsParallel)
        {
            lock (gate)
            {
                if (waiting.TryPeek(out PendingEntry? first) && first == pending)
                {
                    waiting.Dequeue();
                }
            }
        }
    }

    private void Wake()
    {
        lock (gate)
        {
            quick = 0;
            if (!awake)
            {
                awake = true;
                Monitor.PulseAll(gate);
            }
        }

        if (!started)
        {
            started = true;
            for (int i = 0; i < helpers; i++)
            {
                new Thread(Read, 256 << 10) { IsBackground = true, Name = "reader" }.Start();
            }
        }
    }

    /// <summary>Whether other threads should share what a file takes.</summary>
    private static bool IsWork(PendingEntry pending, long start) => pending.Entry.Earlier is not null || Stopwatch.GetElapsedTime(start) > Slow;

    private FileReading Read(PendingEntry pending, WatchedCall? call)
    {
        call?.Begin(pending.Entry.Source ?? pending.Entry.Path);
        FileReading reading = FileReading.Of(pending.Entry, opener, naming);
        call?.End();
        return reading;
    }

    private void Read()
    {
        WatchedCall? own = watch?.NewCall();
        while (TryNext() is { } pending)
        {
            if (pending.TryClaim())
            {
                long start = Stopwatch.GetTimestamp();
                pending.Finish(Read(pending, own));
                Count(IsWork(pending, start));
            }
        }
    }

    private PendingEntry? TryNext()
    {
        lock (gate)
        {
            PendingEntry? next = null;
            while (!stopping && (!awake || !waiting.TryDequeue(out next)))
            {
                Monitor.Wait(gate);
            }

            return stopping ? null : next;
        }
    }

    private void Count(bool slow)
    {
        lock (gate)
        {
            quick = slow ? 0 : quick + 1;
            awake = quick < QuickBeforeSleep;
        }
    }
}
