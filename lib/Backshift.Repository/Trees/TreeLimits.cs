namespace Backshift.Repository.Trees;

/// <summary>Numbers of backshift-repository(5), "Entry tree".</summary>
internal static class TreeLimits
{
    /// <summary>A node this long ends in any case.</summary>
    internal const int LongNode = 131072;

    /// <summary>An item of n bytes ends its node with the probability n / 2^15.</summary>
    internal const int CutShift = 49;

    internal const int Level = 32;

    /// <summary>More parts than this go into a list.</summary>
    internal const int PartsInEntry = 256;

    /// <summary>Makes the keys of the cut in lists differ from those in trees.</summary>
    internal const ulong ListKey = 1UL << 32;
}
