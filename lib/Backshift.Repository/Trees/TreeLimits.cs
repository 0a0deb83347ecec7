using Backshift.Records;

namespace Backshift.Repository.Trees;

/// <summary>
/// Numbers of backshift-repository(5), "Entry tree". Writer and reader use these same numbers, so that nothing is published that cannot be read.
/// </summary>
internal static class TreeLimits
{
    /// <summary>A node this long ends in any case, and no item begins after this many of its bytes: that bounds the memory of a reader.</summary>
    internal const int LongNode = 131072;

    /// <summary>An item of n bytes ends its node with the probability n / 2^15.</summary>
    internal const int CutShift = 49;

    /// <summary>A node above leaves and above the parts of a list ends no earlier than after its second item: each level has at most half as many nodes as the
    /// one below.</summary>
    internal const int LeastChildren = 2;

    internal const int Level = StreamLimits.Level;

    /// <summary>A writer puts more parts than this into a list.</summary>
    internal const int PartsInEntry = 256;

    /// <summary>A reader takes no more parts than this from an entry.</summary>
    internal const int MostPartsInEntry = 65536;

    /// <summary>Makes the keys of the cut in lists differ from those in trees.</summary>
    internal const ulong ListKey = 1UL << 32;

    /// <summary>Limit on the length of an entry as encoded. It shares a node with others before it, and a node is a chunk.</summary>
    internal const int Entry = StreamLimits.Content - (1 << 20);

    /// <summary>How many bytes of keys that are not known here a link may bring along when the content moves to it.</summary>
    internal const int MovedKeys = 64 << 10;
}
