using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Reading;

/// <summary>Reads the entries of a saveset that a user named.</summary>
public static class SelectedEntries
{
    /// <summary>The entries, each once, in the order of the tree, read as they are asked for. Afterwards the selection knows what is missing.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    public static IEnumerable<StoredEntry> Read(RepositoryReader reader, Saveset saveset, PathSelection selection)
    {
        if (selection.IsShallow)
        {
            foreach (BytePath path in selection.Named)
            {
                if (reader.FindEntry(saveset, path) is { } entry && selection.Takes(path.Span))
                {
                    yield return entry;
                }
            }

            yield break;
        }

        foreach (BytePath path in selection.StartsIn(saveset.Entries))
        {
            foreach (StoredEntry entry in reader.Entries(saveset, path))
            {
                if (selection.Takes(entry.Path.Span))
                {
                    yield return entry;
                }
            }
        }
    }
}
