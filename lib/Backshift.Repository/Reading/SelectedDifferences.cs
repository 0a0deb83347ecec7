using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Reading;

/// <summary>Reads the entries that a user named in which two savesets may differ.</summary>
public static class SelectedDifferences
{
    /// <summary>The pairs, each path once, in the order of the tree, read as they are asked for; see <see cref="TreeComparison"/>. Afterwards the selection
    /// knows what is in neither.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    public static IEnumerable<EntryPair> Read(RepositoryReader reader, Saveset left, Saveset right, PathSelection selection)
    {
        foreach (BytePath path in selection.StartsIn(Math.Max(left.Entries, right.Entries)))
        {
            foreach (EntryPair pair in reader.Compare(left, right, path))
            {
                if (selection.Takes(pair.Path.Span))
                {
                    yield return pair;
                }
            }
        }

        // Entries in equal nodes were not seen.
        foreach (BytePath path in selection.Missing.ToArray())
        {
            foreach (StoredEntry entry in reader.Entries(left, PathSelection.Keep(path.Span)).Take(1))
            {
                _ = selection.Takes(entry.Path.Span);
            }
        }
    }
}
