using Backshift.Records;
using Backshift.Repository.Chunks;

namespace Backshift.Repository.Trees;

/// <summary>Looks for holes in the content of a file, at each list node once: a list of a few nodes may say that a file has billions of pieces.</summary>
internal static class HoleSearch
{
    // Twelve megabytes. What is not remembered is looked at again.
    private const int NodeLimit = 1 << 18;

    /// <summary>Whether any piece of a file is a hole.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal static bool HasHoles(ChunkReader nodes, StoredEntry entry, CancellationToken cancel) =>
        entry.List is { } list ? HasHoles(nodes, list.Id, list.Level, [], cancel) : entry.Parts.Any(static part => part.Digest is null);

    private static bool HasHoles(ChunkReader nodes, Digest id, int level, HashSet<Digest> without, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (without.Contains(id))
        {
            return false;
        }

        foreach (ContentPart part in TreeReader.ListItems(nodes, id, level))
        {
            if (level == 0 ? part.Digest is null : HasHoles(nodes, part.Digest!.Value, level - 1, without, cancel))
            {
                return true;
            }
        }

        if (without.Count < NodeLimit)
        {
            without.Add(id);
        }

        return false;
    }
}
