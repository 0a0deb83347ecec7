using System.IO.Hashing;

namespace Backshift.Tools.Tar;

/// <summary>
/// The paths of the symbolic links written to an archive so far, to find entries below one: extracting them would follow the link. A stream may be in any
/// order, so every path is remembered, as a hash of 128 bits. Two paths made to collide cost an entry, which is reported.
/// </summary>
internal sealed class SymlinkPaths
{
    /// <summary>Most links that are remembered: some 50 MB.</summary>
    internal const int Limit = 1 << 20;

    private readonly HashSet<UInt128> paths = [];

    /// <summary>Whether there were more links than can be remembered.</summary>
    internal bool IsFull { get; private set; }

    internal void Add(ReadOnlySpan<byte> path)
    {
        IsFull |= paths.Count >= Limit;
        if (!IsFull)
        {
            paths.Add(XxHash128.HashToUInt128(path));
        }
    }

    /// <summary>The length of the first part of a path that is a symbolic link; 0 if there is none. The path itself is not asked about.</summary>
    internal int FindAbove(ReadOnlySpan<byte> path)
    {
        for (int end = paths.Count == 0 ? -1 : path.IndexOf((byte)'/'); end >= 0;)
        {
            if (paths.Contains(XxHash128.HashToUInt128(path[..end])))
            {
                return end;
            }

            int next = path[(end + 1)..].IndexOf((byte)'/');
            end = next < 0 ? -1 : end + 1 + next;
        }

        return 0;
    }
}
