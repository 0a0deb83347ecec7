using Backshift.Posix;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Measuring;

/// <summary>
/// Adds entries up by directory while they come in the order of a tree, and keeps the directories with most. Memory is a few directories: the open ones, and
/// those that are kept.
/// </summary>
public sealed class DirectoryTotals
{
    private readonly int kept;
    private readonly int depth;
    private readonly bool withBelow;
    private readonly Stack<OpenDirectory> open = new();
    private readonly PriorityQueue<DirectoryTotal, long> most = new();

    /// <param name="kept">How many directories are kept.</param>
    /// <param name="depth">How many levels below the top they are at most; lower ones count for those above them alone.</param>
    /// <param name="withBelow">Whether the entries of a directory count for those above it too, and bytes decide; or only for itself, and their number
    /// decides.</param>
    public DirectoryTotals(int kept, int depth, bool withBelow)
    {
        this.kept = kept;
        this.depth = depth;
        this.withBelow = withBelow;
    }

    /// <summary>Adds an entry to the directory that it lies in.</summary>
    public void Add(BytePath path, long bytes)
    {
        BytePath directory = path.Parent;
        while (open.TryPeek(out OpenDirectory? top) && !BytePath.IsWithin(directory.Span, top.Path.Span))
        {
            Close();
        }

        int from = open.TryPeek(out OpenDirectory? above) ? above.Path.Length : -1;
        while (from < directory.Length)
        {
            // The one below the open one that the path lies in.
            int slash = from < 0 ? 0 : directory.Span[Math.Min(from + 1, directory.Length)..].IndexOf((byte)'/');
            from = from < 0 ? 0 : slash < 0 ? directory.Length : from + 1 + slash;
            open.Push(new OpenDirectory(new BytePath(directory.Span[..from])));
        }

        OpenDirectory its = open.Peek();
        its.Entries++;
        its.Bytes = SavesetSums.Plus(its.Bytes, bytes);
    }

    /// <summary>The directories with most, the first of all first; the top is none of them.</summary>
    public IReadOnlyList<DirectoryTotal> Finish()
    {
        while (open.Count > 0)
        {
            Close();
        }

        List<DirectoryTotal> result = [];
        while (most.TryDequeue(out DirectoryTotal total, out _))
        {
            result.Insert(0, total);
        }

        return result;
    }

    private void Close()
    {
        OpenDirectory closed = open.Pop();
        if (withBelow && open.TryPeek(out OpenDirectory? above))
        {
            above.Entries += closed.Entries;
            above.Bytes = SavesetSums.Plus(above.Bytes, closed.Bytes);
        }

        int level = closed.Path.IsEmpty ? 0 : closed.Path.Span.Count((byte)'/') + 1;
        long weight = withBelow ? closed.Bytes : closed.Entries;
        if (level > 0 && level <= depth && weight > 0)
        {
            most.Enqueue(new DirectoryTotal(closed.Path, closed.Entries, closed.Bytes), weight);
            if (most.Count > kept)
            {
                most.Dequeue();
            }
        }
    }

    private sealed class OpenDirectory(BytePath path)
    {
        internal BytePath Path { get; } = path;

        internal long Entries { get; set; }

        internal long Bytes { get; set; }
    }
}
