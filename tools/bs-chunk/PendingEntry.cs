using Backshift.Records;

namespace Backshift.Tools.Chunk;

/// <summary>An entry on its way through the stage.</summary>
internal sealed class PendingEntry
{
    private int claimed;
    private FileReading? reading;

    internal PendingEntry(EntryRecord entry, InodeKey? inode)
    {
        Entry = entry;
        Inode = inode;
    }

    internal EntryRecord Entry { get; }

    /// <summary>The inode, if it has further names.</summary>
    internal InodeKey? Inode { get; }

    /// <summary>True for the one who is to read the file.</summary>
    internal bool TryClaim() => Interlocked.Exchange(ref claimed, 1) == 0;

    /// <summary>Hands the content over to the thread that waits for it.</summary>
    internal void Finish(FileReading result)
    {
        lock (this)
        {
            reading = result;
            Monitor.Pulse(this);
        }
    }

    /// <summary>Waits for what another thread reads.</summary>
    internal FileReading Wait()
    {
        lock (this)
        {
            while (reading is null)
            {
                Monitor.Wait(this);
            }

            return reading;
        }
    }
}
