using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing;

/// <summary>Hides the names of hosts and subsets in paths; see backshift-repository(5), "Hidden names".</summary>
internal interface IHiddenNames
{
    /// <summary>The path in the store of one that has names in the clear.</summary>
    /// <param name="path">Below the folder of a type: HOST or HOST/+SUBSET, and perhaps the name of a file.</param>
    /// <param name="parts">How many of its parts are names.</param>
    /// <exception cref="BackshiftException">The key is not for this host.</exception>
    BytePath Hide(BytePath path, int parts);

    /// <summary>The path with names in the clear; null if the names are not ours.</summary>
    /// <inheritdoc cref="Hide"/>
    BytePath? TryShow(BytePath path, int parts);
}
