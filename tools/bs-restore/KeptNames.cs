using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Tools.Restore;

/// <summary>What --delete leaves alone: the entries of a saveset, and what it reports as not saved.</summary>
internal sealed class KeptNames
{
    // A saveset with more problems than this says little about what was there.
    private const int ProblemLimit = 1 << 16;
    private const long PathLimit = 16 << 20;

    private readonly TreeCursor? tree;
    private readonly List<BytePath> problems;

    private KeptNames(TreeCursor? tree, List<BytePath> problems)
    {
        this.tree = tree;
        this.problems = problems;
    }

    /// <exception cref="BackshiftException">The saveset does not say what was there.</exception>
    internal static KeptNames Of(RepositoryReader reader, Saveset saveset)
    {
        if (!saveset.Complete)
        {
            throw new BackshiftException(ExitCode.Usage, $"{saveset.Name} is incomplete: --delete would delete what was not saved any more");
        }

        if (saveset.Problems > ProblemLimit)
        {
            throw TooMany(saveset);
        }

        List<BytePath> problems = [];
        long length = 0;
        foreach (ProblemRecord problem in SavesetProblems.Read(reader.Nodes, saveset))
        {
            problems.Add(problem.Path);
            length += problem.Path.Length;
            if (problems.Count > ProblemLimit || length > PathLimit)
            {
                throw TooMany(saveset);
            }
        }

        problems.Sort();
        return new KeptNames(reader.Cursor(saveset), problems);
    }

    private static BackshiftException TooMany(Saveset saveset) =>
        new(ExitCode.Usage, $"{saveset.Name} has {saveset.Problems} problems: --delete would delete what could not be saved");

    /// <summary>Whether what has this path is to stay.</summary>
    /// <exception cref="BackshiftException">The tree is damaged.</exception>
    internal bool Contains(BytePath path) => IsProblem(path.Span) || tree?.Find(path) is not null;

    /// <summary>Whether a problem concerns the path, something below it, or a directory above it.</summary>
    private bool IsProblem(ReadOnlySpan<byte> path)
    {
        int low = 0, high = problems.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = BytePath.Compare(problems[middle].Span, path) < 0 ? (middle + 1, high) : (low, middle);
        }

        if (low < problems.Count && BytePath.IsWithin(problems[low].Span, path))
        {
            return true;
        }

        // A directory that could not be read has nothing below it in the saveset; its path is one of the few above.
        for (int slash = path.LastIndexOf((byte)'/'); slash > 0; slash = path[..slash].LastIndexOf((byte)'/'))
        {
            if (problems.BinarySearch(new BytePath(path[..slash])) >= 0)
            {
                return true;
            }
        }

        return false;
    }
}
