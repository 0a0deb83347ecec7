using Backshift.Posix;

namespace Backshift.Paths;

/// <summary>
/// The part of a saveset or stream that a user names by paths: each names what is kept under it and below it. A leading "/" or "./" and a trailing "/"
/// do not count; "." and no path at all name everything.
/// </summary>
public sealed class PathSelection
{
    private readonly NamedPath[] named;
    private readonly bool everything;
    private readonly int depth;

    /// <param name="given">The paths as the user wrote them.</param>
    /// <param name="depth">How far below each of them entries are taken; 0 for the paths alone.</param>
    /// <param name="emptyIsAll">Whether no path at all names everything: not so for a list that turned out to be empty.</param>
    public PathSelection(IReadOnlyList<BytePath> given, int depth = int.MaxValue, bool emptyIsAll = true)
    {
        this.depth = depth;
        everything = given.Count == 0 && emptyIsAll;
        named = everything ? [new NamedPath(default, default)] : [.. given.Select(static path => new NamedPath(path, Keep(path.Span)))];
        Array.Sort(named, static (left, right) => left.Kept.CompareTo(right.Kept));
    }

    /// <summary>How many paths were given.</summary>
    public int Count => everything ? 0 : named.Length;

    /// <summary>Whether only the named paths themselves are taken.</summary>
    public bool IsShallow => depth == 0;

    /// <summary>Every path that is named, in the order of a tree, each once, as entries have it; "." for the top.</summary>
    public IEnumerable<BytePath> Named
    {
        get
        {
            BytePath? last = null;
            foreach (NamedPath path in named)
            {
                if (path.Kept != last)
                {
                    last = path.Kept;
                    yield return path.Kept.IsEmpty ? new BytePath("."u8) : path.Kept;
                }
            }
        }
    }

    /// <summary>The named paths that lie in no other, in the order of a tree: what is to be read. The empty path is everything.</summary>
    public IEnumerable<BytePath> Outermost
    {
        get
        {
            BytePath? last = null;
            foreach (NamedPath path in named)
            {
                if (last is not { } outer || !BytePath.IsWithin(path.Kept.Span, outer.Span))
                {
                    last = path.Kept;
                    yield return path.Kept;
                }
            }
        }
    }

    /// <summary>Where to begin reading a tree of this many entries: <see cref="Outermost"/>, or the empty path for all of it. To look a path up costs about as
    /// much as to read a dozen entries, so for very many paths all entries are read.</summary>
    public IEnumerable<BytePath> StartsIn(long entries) => Count > 64 && Count > entries / 64 ? [default(BytePath)] : Outermost;

    /// <summary>The paths that no entry was at or below so far, as the user wrote them.</summary>
    public IEnumerable<BytePath> Missing => everything ? [] : named.Where(static path => !path.Found).Select(static path => path.Given);

    /// <summary>Whether an entry belongs to the selection; if so, the paths that name it are not missing.</summary>
    public bool Takes(ReadOnlySpan<byte> path)
    {
        bool taken = false;
        for (int end = NextEnd(path, -1); end >= 0; end = NextEnd(path, end))
        {
            for (int i = FirstOf(path[..end]); i < named.Length && named[i].Kept.Span.SequenceEqual(path[..end]); i++)
            {
                bool near = IsNear(path, path[..end]);
                named[i].Found |= near || depth > 0;
                taken |= near;
            }
        }

        return taken;
    }

    /// <summary>Whether an entry with this path would belong to the selection.</summary>
    public bool Contains(ReadOnlySpan<byte> path)
    {
        for (int end = NextEnd(path, -1); end >= 0; end = NextEnd(path, end))
        {
            int first = FirstOf(path[..end]);
            if (first < named.Length && named[first].Kept.Span.SequenceEqual(path[..end]) && IsNear(path, path[..end]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Where the next path ends that this one lies in: after the empty one each directory, and itself; −1 behind that.</summary>
    private static int NextEnd(ReadOnlySpan<byte> path, int end)
    {
        if (end < 0 || end >= path.Length)
        {
            return end < 0 ? 0 : -1;
        }

        int slash = path[(end + 1)..].IndexOf((byte)'/');
        return slash < 0 ? path.Length : end + 1 + slash;
    }

    /// <summary>The place of the first path that is not lower than this one: there may be a million of them.</summary>
    private int FirstOf(ReadOnlySpan<byte> kept)
    {
        int low = 0, high = named.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = BytePath.Compare(named[middle].Kept.Span, kept) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>A name as entries have it: no empty components and no "."; empty for the top.</summary>
    public static BytePath Keep(ReadOnlySpan<byte> path)
    {
        byte[] kept = new byte[path.Length];
        int used = 0;
        foreach (Range range in path.Split((byte)'/'))
        {
            ReadOnlySpan<byte> name = path[range];
            if (name.IsEmpty || name.SequenceEqual("."u8))
            {
                continue;
            }

            if (used > 0)
            {
                kept[used++] = (byte)'/';
            }

            name.CopyTo(kept.AsSpan(used));
            used += name.Length;
        }

        return new BytePath(kept.AsSpan(0, used));
    }

    private bool IsNear(ReadOnlySpan<byte> path, ReadOnlySpan<byte> outer) => depth == int.MaxValue || Depth(path, outer) <= depth;

    private static int Depth(ReadOnlySpan<byte> path, ReadOnlySpan<byte> outer) =>
        path.Length == outer.Length || (outer.IsEmpty && path.SequenceEqual("."u8)) ? 0 : path[outer.Length..].Count((byte)'/') + (outer.IsEmpty ? 1 : 0);

    private sealed class NamedPath(BytePath given, BytePath kept)
    {
        internal BytePath Given { get; } = given;

        internal BytePath Kept { get; } = kept;

        internal bool Found { get; set; }
    }
}
