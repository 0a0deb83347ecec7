using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Walk;

/// <summary>The roots of a walk in the order of their kept paths, each once.</summary>
internal sealed class WalkRoots
{
    private readonly List<WalkRoot> roots = [];
    private readonly HashSet<BytePath> nested = [];
    private int next;

    /// <param name="given">The roots as the user named them.</param>
    /// <param name="keepNested">Whether a root inside another may lie on a file system that the other's walk does not enter.</param>
    /// <exception cref="BackshiftException">Two roots, one absolute and one relative, would be kept under one name.</exception>
    internal WalkRoots(IReadOnlyList<BytePath> given, bool keepNested)
    {
        List<WalkRoot> sorted = [];
        foreach (BytePath path in given)
        {
            _ = KeptPath.TryMake(path.Span, out KeptPath kept);
            sorted.Add(new WalkRoot(kept, path));
        }

        sorted.Sort(static (a, b) => BytePath.Compare(a.Order, b.Order));
        WalkRoot? outer = null;
        foreach (WalkRoot root in sorted)
        {
            if (root.IsRefused || outer is not { } above || !BytePath.IsWithin(root.Order, above.Order))
            {
                roots.Add(root);
                outer = root.IsRefused ? outer : root;
            }
            else if (root.Kept.IsAbsolute != above.Kept.IsAbsolute)
            {
                throw new BackshiftException(ExitCode.Usage, $"{above.Given} and {root.Given} would be stored under the same name", "save them one at a time");
            }
            else if (keepNested && root.Kept != above.Kept && nested.Add(root.Kept.Path))
            {
                roots.Add(root with { IsNested = true });
            }
        }
    }

    /// <summary>The paths under which roots are kept that lie in no other.</summary>
    internal IEnumerable<BytePath> Outer =>
        roots.Where(static root => !root.IsRefused && !root.IsNested && root.Kept.Path.Length <= StreamLimits.Path).Select(static root => root.Kept.Path);

    /// <summary>The next root that no walk has come to.</summary>
    internal bool TryNext(out WalkRoot root)
    {
        while (next < roots.Count)
        {
            root = roots[next++];
            if (!root.IsNested || nested.Remove(root.Kept.Path))
            {
                return true;
            }
        }

        root = default;
        return false;
    }

    /// <summary>Whether a path is a root inside another that has not been walked.</summary>
    internal bool IsNested(ReadOnlySpan<byte> path) => nested.Count > 0 && nested.Contains(new BytePath(path));

    /// <summary>The walk has come to a root inside another.</summary>
    internal void Reached(ReadOnlySpan<byte> path) => nested.Remove(new BytePath(path));
}
