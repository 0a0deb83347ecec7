using Backshift.Posix;

namespace Backshift.Remote.Client;

/// <summary>
/// Short ranges of objects that were read of the repository lately: blocks that compress well. Those are the ones that a reader has decoded and forgotten
/// before it comes back to them, since each takes as much room there as one that does not. An object never changes, so nothing that is kept here becomes wrong.
/// May be used by several threads.
/// </summary>
internal sealed class RecentRanges
{
    /// <summary>The longest that is kept.</summary>
    internal const int Longest = 64 << 10;

    private const int Bytes = 6 << 20;

    private readonly Lock gate = new();
    private readonly LinkedList<(BytePath Path, long Offset, byte[] Bytes)> recent = new();
    private readonly Dictionary<(BytePath Path, long Offset), LinkedListNode<(BytePath Path, long Offset, byte[] Bytes)>> known = [];
    private int bytes;

    /// <summary>Whether a range is kept.</summary>
    internal bool Has(BytePath path, long offset, int length)
    {
        lock (gate)
        {
            return known.TryGetValue((path, offset), out LinkedListNode<(BytePath Path, long Offset, byte[] Bytes)>? node) && node.Value.Bytes.Length == length;
        }
    }

    /// <summary>Copies a range, if it is kept.</summary>
    internal bool TryRead(BytePath path, long offset, Span<byte> target)
    {
        byte[] found;
        lock (gate)
        {
            if (!known.TryGetValue((path, offset), out LinkedListNode<(BytePath Path, long Offset, byte[] Bytes)>? node)
                || node.Value.Bytes.Length != target.Length)
            {
                return false;
            }

            recent.Remove(node);
            recent.AddFirst(node);
            found = node.Value.Bytes;
        }

        found.CopyTo(target);
        return true;
    }

    /// <summary>Keeps a range.</summary>
    /// <param name="path">Of which object.</param>
    /// <param name="offset">Where it begins.</param>
    /// <param name="range">All of it, as it was read of the repository; copied.</param>
    internal void Keep(BytePath path, long offset, ReadOnlySpan<byte> range)
    {
        if (range.Length is 0 or > Longest)
        {
            return;
        }

        byte[] copy = range.ToArray();
        lock (gate)
        {
            Drop(path, offset);
            known.Add((path, offset), recent.AddFirst((path, offset, copy)));
            bytes += copy.Length;
            while (bytes > Bytes)
            {
                Drop(recent.Last!.Value.Path, recent.Last.Value.Offset);
            }
        }
    }

    /// <summary>Does not keep anything of an object any longer, which has been mended.</summary>
    internal void Forget(BytePath path)
    {
        lock (gate)
        {
            foreach ((BytePath Path, long Offset) key in known.Keys.Where(key => key.Path == path).ToArray())
            {
                Drop(key.Path, key.Offset);
            }
        }
    }

    private void Drop(BytePath path, long offset)
    {
        if (known.Remove((path, offset), out LinkedListNode<(BytePath Path, long Offset, byte[] Bytes)>? node))
        {
            recent.Remove(node);
            bytes -= node.Value.Bytes.Length;
        }
    }
}
