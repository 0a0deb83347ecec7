using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;

namespace Backshift.Repository.Trees;

/// <summary>
/// Knows the earlier version of the file that is being stored, and which of its chunks a new chunk is likely to resemble: those at its place, found by
/// following the chunks that both versions have. The base is read only when a file has its first new chunk.
/// </summary>
internal sealed class FileVersions
{
    // How far ahead an equal chunk is looked for, and how much is taken around a new one.
    private const int Window = 256;
    private const int MaxAncestors = 16;
    private const int Slack = 16 << 10;
    private const int LeastShare = 8;

    // An earlier version is searched for a chunk only this many times as far as the new one has come: a list may have any number of parts.
    private const int SearchFactor = 8;
    private const int LeastSearch = 1 << 16;

    private readonly ChunkReader nodes;
    private readonly TreeCursor cursor;
    private readonly Queue<(ContentPart Part, Digest? Node)> window = new();
    private readonly List<Digest> listNodes = [];
    private BytePath path;
    private Digest? lastKnown;
    private long known;
    private IEnumerator<(ContentPart Part, Digest? Node)>? parts;
    private bool resolved;
    private long sinceSync;

    /// <param name="nodes">Reads the base's nodes; not closed here.</param>
    /// <param name="root">Root of the base's entry tree.</param>
    /// <param name="level">Its level.</param>
    internal FileVersions(ChunkReader nodes, Digest root, int level)
    {
        this.nodes = nodes;
        cursor = new TreeCursor(nodes, root, level);
    }

    /// <summary>Another file begins.</summary>
    internal void Start(BytePath file)
    {
        path = file;
        lastKnown = null;
        known = 0;
        resolved = false;
        parts = null;
        sinceSync = 0;
        window.Clear();
        listNodes.Clear();
    }

    /// <summary>The file has a chunk that the repository holds.</summary>
    internal void PassKnown(Digest digest, long size)
    {
        if (!resolved)
        {
            lastKnown = digest;
            known++;
            return;
        }

        if (!TrySync(digest))
        {
            sinceSync += size;
        }
    }

    /// <summary>The file has a hole.</summary>
    internal void PassHole(long size) => sinceSync += resolved ? size : 0;

    /// <summary>The file has a chunk that is new: the chunks of the earlier version at its place, in order.</summary>
    internal IReadOnlyList<Digest> PassNew(long size)
    {
        Resolve();
        List<Digest> ancestors = [];
        long begin = Math.Max(0, sinceSync - Slack), end = sinceSync + size + Slack;
        sinceSync += size;
        Fill();
        long offset = 0;
        foreach ((ContentPart part, _) in window)
        {
            if (offset >= end || ancestors.Count == MaxAncestors)
            {
                break;
            }

            long overlap = Math.Min(offset + part.Size, end) - Math.Max(offset, begin);
            offset += part.Size;

            // A neighbour of which only the edge is of use costs its whole length in each version that is built on this one.
            if (part.Digest is { } digest && overlap > 0 && (overlap >= part.Size / LeastShare || overlap >= size / 2))
            {
                ancestors.Add(digest);
            }
        }

        return ancestors;
    }

    /// <summary>The list nodes of the earlier version that the chunks since the last call passed.</summary>
    internal IReadOnlyList<Digest> TakeListNodes()
    {
        if (!resolved)
        {
            return [];
        }

        if (window.TryPeek(out (ContentPart Part, Digest? Node) head) && head.Node is { } node && (listNodes.Count == 0 || listNodes[^1] != node))
        {
            listNodes.Add(node);
        }

        List<Digest> taken = [.. listNodes.TakeLast(3)];

        // The last one usually goes on into the next node.
        if (listNodes.Count > 1)
        {
            listNodes.RemoveRange(0, listNodes.Count - 1);
        }

        return taken;
    }

    /// <summary>The leaves of the base in which the paths from first to last lie, at most three.</summary>
    internal IReadOnlyList<Digest> Leaves(BytePath first, BytePath last)
    {
        try
        {
            Digest from = cursor.LeafAt(first), to = cursor.LeafAt(last);
            return from == to ? [from] : [from, to];
        }
        catch (BackshiftException)
        {
            return [];
        }
    }

    private void Resolve()
    {
        if (resolved)
        {
            return;
        }

        resolved = true;
        try
        {
            StoredEntry? found = cursor.Find(path);
            if ((found is { Entry.Type: EntryType.Link } ? cursor.Find(new BytePath(found.Entry.Target!)) : found) is { Entry.Type: EntryType.File } entry)
            {
                parts = Parts(entry).GetEnumerator();
                SyncTo(lastKnown);
            }
        }
        catch (BackshiftException)
        {
            // A base that is damaged is no help, but no harm either; bs-check reports the damage.
            parts = null;
        }
    }

    /// <summary>Goes on after a chunk that the earlier version has somewhere.</summary>
    private void SyncTo(Digest? digest)
    {
        if (digest is null || parts is null)
        {
            return;
        }

        for (long left = LeastSearch + (SearchFactor * known); left > 0 && parts.MoveNext(); left--)
        {
            Note(parts.Current.Node);
            if (parts.Current.Part.Digest == digest)
            {
                return;
            }
        }

        parts = null;
    }

    private bool TrySync(Digest digest)
    {
        Fill();
        int number = 0;
        foreach ((ContentPart part, _) in window)
        {
            number++;
            if (part.Digest == digest)
            {
                for (; number > 0; number--)
                {
                    Note(window.Dequeue().Node);
                }

                sinceSync = 0;
                return true;
            }
        }

        return false;
    }

    private void Note(Digest? node)
    {
        if (node is { } id && (listNodes.Count == 0 || listNodes[^1] != id))
        {
            listNodes.Add(id);
            if (listNodes.Count > 8)
            {
                listNodes.RemoveAt(0);
            }
        }
    }

    private void Fill()
    {
        try
        {
            while (parts is not null && window.Count < Window)
            {
                if (!parts.MoveNext())
                {
                    parts = null;
                    return;
                }

                window.Enqueue(parts.Current);
            }
        }
        catch (BackshiftException)
        {
            parts = null;
        }
    }

    private IEnumerable<(ContentPart Part, Digest? Node)> Parts(StoredEntry entry) =>
        entry.List is { } list ? ListParts(list.Id, list.Level) : entry.Parts.Select(part => (part, (Digest?)null));

    private IEnumerable<(ContentPart Part, Digest? Node)> ListParts(Digest id, int level)
    {
        foreach (ContentPart part in TreeReader.ListItems(nodes, id, level))
        {
            if (level == 0)
            {
                yield return (part, id);
            }
            else if (part.Digest is { } child)
            {
                foreach ((ContentPart Part, Digest? Node) inner in ListParts(child, level - 1))
                {
                    yield return inner;
                }
            }
        }
    }
}
