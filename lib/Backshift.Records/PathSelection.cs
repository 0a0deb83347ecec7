using Backshift.Posix;

namespace Backshift.Records;

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
    public PathSelection(IReadOnlyList<BytePath> given, int depth = int.MaxValue)
    {
        this.depth = depth;
        everything = given.Count == 0;
        named = everything ? [new NamedPath(default, default)] : [.. given.Select(static path => new NamedPath(path, Keep(path.Span)))];
        Array.Sort(named, static (left, right) => left.Kept.CompareTo(right.Kept));
    }

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

    /// <summary>The paths that no entry was at or below so far, as the user wrote them.</summary>
    public IEnumerable<BytePath> Missing => everything ? [] : named.Where(static path => !path.Found).Select(static path => path.Given);

    /// <summary>Whether an entry belongs to the selection; if so, the paths that name it are not missing.</summary>
    public bool Takes(ReadOnlySpan<byte> path)
    {
        bool taken = false;
        foreach (NamedPath outer in named)
        {
            if (BytePath.IsWithin(path, outer.Kept.Span))
            {
                bool near = IsNear(path, outer.Kept.Span);
                outer.Found |= near || depth > 0;
                taken |= near;
            }
        }

        return taken;
    }

    /// <summary>Whether an entry with this path would belong to the selection.</summary>
    public bool Contains(ReadOnlySpan<byte> path)
    {
        foreach (NamedPath outer in named)
        {
            if (BytePath.IsWithin(path, outer.Kept.Span) && IsNear(path, outer.Kept.Span))
            {
                return true;
            }
        }

        return false;
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
