using Backshift.Paths;
using Backshift.Paths.Patterns;
using Backshift.Posix;

namespace Backshift.Tools.Tar;

/// <summary>Selects the members of the archive: entries that were asked for, are not excluded, and have a name there.</summary>
internal sealed class MemberChoice
{
    private readonly PatternList excluded;
    private byte[] lastParent = [];
    private bool lastVerdict;

    /// <param name="selection">The paths that were asked for.</param>
    /// <param name="excluded">The patterns that exclude.</param>
    /// <param name="renaming">Names in the archive.</param>
    internal MemberChoice(PathSelection selection, PatternList? excluded = null, Renaming? renaming = null)
    {
        Selection = selection;
        this.excluded = excluded ?? new PatternList();
        Renaming = renaming ?? Renaming.None;
    }

    internal PathSelection Selection { get; }

    internal Renaming Renaming { get; }

    /// <summary>Whether an entry that was asked for is in the archive.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="directory">Whether it is a directory.</param>
    /// <param name="refusal">Why it is not, if the user has to be told.</param>
    internal bool Keeps(BytePath path, bool directory, out string? refusal)
    {
        refusal = null;
        return !IsExcluded(path.Span, directory) && Renaming.TryRename(path, NameScope.Entries, out _, out refusal);
    }

    /// <summary>Whether what has this path, no directory, is in the archive.</summary>
    internal bool Contains(BytePath path) => Selection.Contains(path.Span) && Keeps(path, directory: false, out _);

    /// <summary>As bs-walk(1) has it: what lies in a directory that is left out is not asked about.</summary>
    private bool IsExcluded(ReadOnlySpan<byte> path, bool directory) =>
        !excluded.IsEmpty && !path.SequenceEqual("."u8) && (IsBelowExcluded(path) || excluded.Excludes(path, directory));

    private bool IsBelowExcluded(ReadOnlySpan<byte> path)
    {
        int end = path.LastIndexOf((byte)'/');
        if (end < 0)
        {
            return false;
        }

        // Most entries lie in the directory of the one before.
        ReadOnlySpan<byte> parent = path[..end];
        if (!parent.SequenceEqual(lastParent))
        {
            lastVerdict = excluded.Excludes(parent, directory: true) || Climbs(parent);
            lastParent = parent.ToArray();
        }

        return lastVerdict;
    }

    private bool Climbs(ReadOnlySpan<byte> path)
    {
        for (int end = path.LastIndexOf((byte)'/'); end >= 0; end = path[..end].LastIndexOf((byte)'/'))
        {
            if (excluded.Excludes(path[..end], directory: true))
            {
                return true;
            }
        }

        return false;
    }
}
