using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Savesets;

/// <summary>Looks for the chunks of entries in the repository as it is now.</summary>
internal sealed class ReferenceCheck : IDisposable
{
    private readonly ChunkFinder finder;
    private readonly StoredChunks stored;
    private readonly ChunkReader nodes;
    private readonly ReferredList lists;

    /// <param name="repository">Not closed with the check.</param>
    /// <param name="chunks">The store of the writer: what does not count for that does not count here.</param>
    /// <param name="relied">Takes the packs of what is there, and of all that it is a delta against.</param>
    internal ReferenceCheck(RepositoryDirectory repository, ChunkStore chunks, Action<ObjectName> relied)
    {
        // A damaged chunk counts as missing; bs-check distinguishes the two.
        finder = new ChunkFinder(repository, static _ => { }, isReader: false);
        stored = new StoredChunks(finder, chunks.Condemned) { Relied = relied, NotBefore = chunks.Stored.NotBefore };
        nodes = new ChunkReader(finder, null, capacity: 4 << 20);
        lists = new ReferredList(nodes, node => Holds(node, null), (digest, size) => Holds(digest, size));
    }

    /// <summary>What an entry refers to that is not there, see <see cref="ReferredList"/>, and the entry's path; or null.</summary>
    /// <param name="item">The entry as encoded.</param>
    internal (BytePath Path, string What)? Missing(ReadOnlySpan<byte> item)
    {
        StoredEntry entry = StoredEntry.ReadWhole(item.ToArray());
        if (entry.List is { } list)
        {
            return lists.Fault(new ListRecord(list.Id, list.Level, entry.Entry.Size ?? 0)) is { } fault ? (entry.Path, fault) : null;
        }

        foreach (ContentPart part in entry.Parts)
        {
            if (part.Digest is { } digest && !Holds(digest, part.Size))
            {
                return (entry.Path, ReferredList.MissingChunk(digest, part.Size));
            }
        }

        return null;
    }

    private bool Holds(Digest digest, long? size)
    {
        if (stored.FindReferred(digest) is not { } place || place.Size != (size ?? place.Size))
        {
            return false;
        }

        stored.Rely(place);
        return true;
    }

    public void Dispose()
    {
        nodes.Dispose();
        finder.Dispose();
    }
}
