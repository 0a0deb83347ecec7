using Backshift.Records;
using Backshift.Repository.Chunks;

namespace Backshift.Repository.Trees;

/// <summary>Looks for a piece in the content of a file, in each list node once: a list of a few nodes may say that a file has billions of pieces.</summary>
internal static class PartSearch
{
    // Twelve megabytes. Nodes that are not remembered are read again.
    private const int NodeLimit = 1 << 18;

    /// <summary>Whether any piece of a file matches.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal static bool Any(ChunkReader nodes, StoredEntry entry, Func<ContentPart, bool> wanted, CancellationToken cancel) =>
        entry.List is { } list ? Any(nodes, list.Id, list.Level, wanted, [], cancel) : entry.Parts.Any(wanted);

    private static bool Any(ChunkReader nodes, Digest id, int level, Func<ContentPart, bool> wanted, HashSet<(Digest Id, int Level)> without,
        CancellationToken cancel)
    {
        if (without.Contains((id, level)))
        {
            return false;
        }

        foreach (ContentPart part in TreeReader.ListItems(nodes, id, level))
        {
            cancel.ThrowIfCancellationRequested();
            if (level == 0 ? wanted(part) : Any(nodes, part.Digest!.Value, level - 1, wanted, without, cancel))
            {
                return true;
            }
        }

        if (without.Count < NodeLimit)
        {
            without.Add((id, level));
        }

        return false;
    }
}
