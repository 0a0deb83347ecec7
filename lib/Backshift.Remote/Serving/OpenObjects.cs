using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Remote.Serving;

/// <summary>Objects that a client reads from, kept open for a while: a restore reads a pack hundreds of times.</summary>
internal sealed class OpenObjects : IDisposable
{
    private const int Most = 64;

    private readonly IObjectStore store;
    private readonly Lock gate = new();
    private readonly LinkedList<Entry> recent = new();
    private readonly Dictionary<BytePath, LinkedListNode<Entry>> known = [];

    internal OpenObjects(IObjectStore store) => this.store = store;

    /// <summary>Does something with an object.</summary>
    /// <param name="path">Which.</param>
    /// <param name="use">What; may be called for one object by several threads at once.</param>
    /// <returns>Null if there is no such object.</returns>
    internal T? Use<T>(ObjectPath path, Func<IStoredObject, T> use)
        where T : class
    {
        Entry? entry = null;
        lock (gate)
        {
            if (known.TryGetValue(path.Path, out LinkedListNode<Entry>? node))
            {
                recent.Remove(node);
                recent.AddFirst(node);
                entry = node.Value;
                entry.Users++;
            }
        }

        if (entry is null)
        {
            if (store.TryOpen(path, ObjectEnd.Head, [], out _) is not { } opened)
            {
                return null;
            }

            entry = Keep(path, opened, users: 1);
        }

        try
        {
            return use(entry.Stored);
        }
        finally
        {
            Leave(entry);
        }
    }

    /// <summary>Keeps an object that was opened, in place of the one that was kept.</summary>
    internal void Keep(ObjectPath path, IStoredObject opened) => Leave(Keep(path, opened, users: 1));

    /// <summary>Does not use an object any more that was kept.</summary>
    internal void Forget(BytePath path)
    {
        lock (gate)
        {
            if (known.Remove(path, out LinkedListNode<Entry>? node))
            {
                recent.Remove(node);
                Abandon(node.Value);
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (Entry entry in recent)
            {
                entry.Stored.Dispose();
            }

            recent.Clear();
            known.Clear();
        }
    }

    private Entry Keep(ObjectPath path, IStoredObject opened, int users)
    {
        Entry entry = new(path.Path, opened) { Users = users };
        lock (gate)
        {
            if (known.Remove(path.Path, out LinkedListNode<Entry>? before))
            {
                recent.Remove(before);
                Abandon(before.Value);
            }

            known.Add(path.Path, recent.AddFirst(entry));
            if (recent.Count > Most)
            {
                Entry oldest = recent.Last!.Value;
                recent.RemoveLast();
                known.Remove(oldest.Path);
                Abandon(oldest);
            }
        }

        return entry;
    }

    private void Leave(Entry entry)
    {
        lock (gate)
        {
            if (--entry.Users == 0 && entry.IsAbandoned)
            {
                entry.Stored.Dispose();
            }
        }
    }

    private static void Abandon(Entry entry)
    {
        entry.IsAbandoned = true;
        if (entry.Users == 0)
        {
            entry.Stored.Dispose();
        }
    }

    private sealed class Entry(BytePath path, IStoredObject stored)
    {
        internal BytePath Path { get; } = path;

        internal IStoredObject Stored { get; } = stored;

        internal int Users { get; set; }

        internal bool IsAbandoned { get; set; }
    }
}
