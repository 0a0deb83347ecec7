using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Client;

/// <summary>
/// What was read of objects lately, in units. Short reads that follow each other, as in a run of the index or the directory of a pack, cost one request for all
/// of them. An object never changes, so nothing that is kept here becomes wrong.
/// </summary>
internal sealed class ReadUnits
{
    /// <summary>Takes 5 ms at 100 Mbit/s: a fraction of a round trip to another town.</summary>
    internal const int Size = MessageLimits.SumUnit;

    private const int Most = 128;

    // Of what was published, in bytes: a run up to this length, and this much of the end of a pack.
    private const int PublishedRun = 4 << 20;
    private const int PublishedTail = 1 << 20;

    private readonly Lock gate = new();
    private readonly LinkedList<(BytePath Path, long Unit, byte[] Bytes, bool IsRead)> recent = new();
    private readonly Dictionary<(BytePath Path, long Unit), LinkedListNode<(BytePath Path, long Unit, byte[] Bytes, bool IsRead)>> known = [];

    // Those of which nothing has been forgotten since.
    private readonly HashSet<BytePath> published = [];

    /// <summary>Those that were announced.</summary>
    internal AnnouncedRanges Announced { get; } = new();

    /// <summary>A unit of an object, if it is kept.</summary>
    /// <param name="path">Of which object.</param>
    /// <param name="unit">Its number.</param>
    /// <param name="isRead">Whether it must have been read of the repository itself.</param>
    internal byte[]? Find(BytePath path, long unit, bool isRead)
    {
        lock (gate)
        {
            if (!known.TryGetValue((path, unit), out LinkedListNode<(BytePath Path, long Unit, byte[] Bytes, bool IsRead)>? node)
                || (isRead && !node.Value.IsRead))
            {
                return null;
            }

            recent.Remove(node);
            recent.AddFirst(node);
            return node.Value.Bytes;
        }
    }

    /// <summary>Keeps a unit.</summary>
    /// <param name="path">Of which object.</param>
    /// <param name="unit">Its number.</param>
    /// <param name="bytes">All that the object has of it; kept.</param>
    /// <param name="isRead">Whether it was read of the repository itself.</param>
    internal void Keep(BytePath path, long unit, byte[] bytes, bool isRead)
    {
        lock (gate)
        {
            if (known.TryGetValue((path, unit), out LinkedListNode<(BytePath Path, long Unit, byte[] Bytes, bool IsRead)>? node))
            {
                node.Value = isRead ? (path, unit, bytes, true) : node.Value;
                return;
            }

            known.Add((path, unit), recent.AddFirst((path, unit, bytes, isRead)));

            if (recent.Count > Most)
            {
                published.Remove(recent.Last!.Value.Path);
                known.Remove((recent.Last!.Value.Path, recent.Last.Value.Unit));
                recent.RemoveLast();
            }
        }
    }

    /// <summary>Keeps what its writer most often reads soon of what it has published: a run, or the directory of a pack. It counts as what a cache has, since
    /// it was not read of the repository.</summary>
    internal void KeepPublished(ObjectPath path, IObjectDraft draft)
    {
        long most = path.Type switch { ObjectType.Run => PublishedRun, ObjectType.Pack => PublishedTail, _ => 0 };
        if (path.Type == ObjectType.Run && draft.Length > most)
        {
            return;
        }

        bool isWhole = most > 0;
        for (long unit = Math.Max(0, draft.Length - most) / Size; most > 0 && unit * Size < draft.Length; unit++)
        {
            byte[] bytes = new byte[(int)Math.Min(Size, draft.Length - (unit * Size))];
            try
            {
                isWhole &= draft.ReadAt(bytes, unit * Size) == bytes.Length;
            }
            catch (BackshiftException)
            {
                // It is published all the same, and is fetched then.
                isWhole = false;
            }

            if (!isWhole)
            {
                break;
            }

            Keep(path.Path, unit, bytes, isRead: false);
        }

        if (isWhole)
        {
            lock (gate)
            {
                published.Add(path.Path);
            }
        }
    }

    /// <summary>Whether all is kept that <see cref="KeepPublished"/> keeps of an object.</summary>
    internal bool HavePublished(BytePath path)
    {
        lock (gate)
        {
            return published.Contains(path);
        }
    }

    /// <summary>Does not keep any unit of an object any longer, which has been mended.</summary>
    internal void Forget(BytePath path)
    {
        lock (gate)
        {
            published.Remove(path);
            foreach ((BytePath Path, long Unit) key in known.Keys.Where(key => key.Path == path).ToArray())
            {
                recent.Remove(known[key]);
                known.Remove(key);
            }
        }
    }
}
