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

    /// <param name="repository">Not closed with the check.</param>
    /// <param name="condemned">Packs whose chunks do not count.</param>
    internal ReferenceCheck(RepositoryDirectory repository, IReadOnlySet<ObjectName> condemned)
    {
        // What is damaged counts as missing; bs-check tells the one from the other.
        finder = new ChunkFinder(repository, static _ => { }, isReader: false);
        stored = new StoredChunks(finder, condemned);
        nodes = new ChunkReader(finder, null, capacity: 4 << 20);
    }

    /// <summary>The first chunk of an entry that is not there, and the entry's path; or null.</summary>
    /// <param name="item">The entry as encoded.</param>
    internal (BytePath Path, Digest Digest)? Missing(ReadOnlySpan<byte> item)
    {
        StoredEntry entry = StoredEntry.ReadWhole(item.ToArray());
        foreach (ContentPart part in TreeReader.Parts(nodes, entry))
        {
            if (part.Digest is { } digest && (stored.FindReferred(digest) is not { } place || place.Size != part.Size))
            {
                return (entry.Path, digest);
            }
        }

        return null;
    }

    public void Dispose()
    {
        nodes.Dispose();
        finder.Dispose();
    }
}
