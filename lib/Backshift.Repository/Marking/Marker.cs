using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Findings;
using Backshift.Repository.Packs;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Marking;

/// <summary>
/// Marks the chunks that savesets need: nodes, lists, contents, problem records, the names of packs, and everything that these are deltas against. Each node is
/// read once, however many savesets share it. What cannot be found or read is reported; a node among it makes its saveset incomplete.
/// </summary>
/// <remarks>
/// Nodes are read and verified; for contents the directories of the packs are believed. Of a chunk with several copies, the copy that a writer would build on
/// is marked, so check the data before you delete the others. Condemned packs count as absent. A chunk that lies nowhere else is marked in the condemned pack:
/// copy it out before you delete that pack. A pack of a host that may only write is marked whole if a saveset names it: which chunks are where, other hosts may
/// lie about, and hide what is true. Of a saveset whose data was expired, nodes and problem records are marked, and no contents.
/// </remarks>
internal sealed class Marker : IDisposable
{
    private readonly RepositoryDirectory repository;
    private readonly ChunkFinder finder;
    private readonly ChunkReader nodes;
    private readonly StoredChunks standing;
    private readonly StoredChunks all;
    private readonly Action<Finding> report;
    private readonly CancellationToken cancel;
    private readonly ContentSighting? sighting;
    private readonly IReadOnlySet<ObjectName> condemned;
    private readonly bool mayHaveHosts;
    private readonly HashSet<ObjectName> named = [];
    private readonly Stack<Digest> kept = [];
    private bool isKeeping;
    private Saveset? saveset;

    private Marker(RepositoryDirectory repository, IReadOnlySet<ObjectName> condemned, Action<Finding> report, CancellationToken cancel,
        ContentSighting? sighting)
    {
        this.repository = repository;
        this.sighting = sighting;
        this.condemned = condemned;
        mayHaveHosts = repository.Store.Seal is not null;
        this.report = report;
        this.cancel = cancel;
        finder = new ChunkFinder(
            repository, trouble => Say(FindingKind.IndexDamaged, trouble), isReader: true,
            damagedPack: (_, trouble) => Say(FindingKind.PackUnreadable, trouble),
            footprint: ChunkFinder.WalkFootprint);
        nodes = new ChunkReader(finder, null, capacity: 8 << 20, checksLate: true);
        standing = new StoredChunks(finder, condemned);
        Needed = new NeededChunks { Unopened = finder.Shelf.GivenUp };
        all = new StoredChunks(finder, CondemnedPacks.None, countsUnreliable: true);
    }

    /// <summary>The marks so far.</summary>
    private NeededChunks Needed { get; }

    /// <summary>
    /// Marks the chunks that all savesets of a repository need, superseded checkpoints included: a checkpoint is listed again once the saveset that replaced it
    /// is deleted.
    /// </summary>
    /// <param name="repository">The repository.</param>
    /// <param name="condemned">Packs that count as absent.</param>
    /// <param name="report">Receives everything that cannot be found or read, and also damage in packs and runs that makes no difference to the result.</param>
    /// <param name="cancel">Ends it between two nodes.</param>
    /// <exception cref="StoreException">A directory cannot be read.</exception>
    internal static NeededChunks MarkAll(RepositoryDirectory repository, IReadOnlySet<ObjectName> condemned, Action<Finding> report, CancellationToken cancel)
    {
        List<Saveset> superseded = [];
        List<BytePath> unreadable = [];

        // List savesets before the index is opened: everything that they refer to was published before them.
        List<Saveset> savesets = SavesetCatalog.List(
            repository, trouble => report(new Finding(FindingKind.SavesetUnreadable, trouble.Message)), superseded, unreadable);
        NeededChunks needed = Mark(repository, [.. savesets, .. superseded], condemned, report, cancel);
        if (unreadable.Count > 0)
        {
            needed.Lose(null);
        }

        return needed;
    }

    /// <summary>Marks the chunks that these savesets need.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="savesets">The savesets; listed already, see <see cref="MarkAll"/>.</param>
    /// <param name="condemned">Packs that count as absent.</param>
    /// <param name="report">Receives everything that cannot be found or read, as for <see cref="MarkAll"/>.</param>
    /// <param name="cancel">Ends it between two nodes.</param>
    /// <param name="sighting">Is told where each chunk of a file was found; null for no one.</param>
    internal static NeededChunks Mark(
        RepositoryDirectory repository, IReadOnlyList<Saveset> savesets, IReadOnlySet<ObjectName> condemned, Action<Finding> report, CancellationToken cancel,
        ContentSighting? sighting = null)
    {
        using Marker marker = new(repository, condemned, report, cancel, sighting);
        // Those of which only the metadata is kept come last: a leaf that is walked for one of them has none of its contents marked.
        foreach (Saveset saveset in savesets.OrderBy(static saveset => saveset.DataExpired is not null))
        {
            marker.Mark(saveset);
        }

        return marker.Needed;
    }

    private void Mark(Saveset saveset)
    {
        this.saveset = saveset;
        if (mayHaveHosts)
        {
            MarkNamed(saveset);
        }

        if (saveset.Root is { } root)
        {
            Tree(root, saveset.Level);
        }

        Content(saveset.ProblemList, default);
        if (saveset.Packs.List is { } packs)
        {
            Content(packs, default);
        }
    }

    /// <summary>Marks the packs of hosts that may only write which a saveset names.</summary>
    private void MarkNamed(Saveset saveset)
    {
        try
        {
            foreach (ObjectName name in NamedPacks.Of(repository, saveset, nodes))
            {
                cancel.ThrowIfCancellationRequested();
                MarkWhole(name);
            }
        }
        catch (BackshiftException e) when (e is not StoreException)
        {
            Needed.Lose(saveset);
            Say(FindingKind.NodeUnreadable, default, default, $"the names of the packs that it needs cannot be read: {e.Message}");
        }
    }

    private void MarkWhole(ObjectName name)
    {
        // Those that are damaged, and condemned for it, are emptied of what is needed.
        if (condemned.Contains(name) || !named.Add(name) || finder.Shelf.TryOpen(name) is not { Stored.IsReliable: false } pack)
        {
            return;
        }

        PackMarks marks = Needed.At(pack.Directory);
        for (int slot = 0; slot < pack.Directory.ChunkCount; slot++)
        {
            marks.Add(pack.Directory, slot);
        }
    }

    private void Tree(Digest id, int level)
    {
        cancel.ThrowIfCancellationRequested();
        if (IsWalked(id))
        {
            return;
        }

        try
        {
            // The place of a node in the tree does not matter here: its references are needed wherever it stands.
            if (level > 0)
            {
                List<(BytePath First, Digest Child)> children = TreeReader.InnerItems(nodes, id, level, null, null);
                MarkNode(id);
                children.ForEach(child => Tree(child.Child, level - 1));
                return;
            }

            foreach (StoredEntry entry in TreeReader.LeafItems(nodes, id, null, null))
            {
                if (saveset!.DataExpired is null)
                {
                    Content(entry, entry.Path);
                }
            }

            MarkNode(id);
        }
        catch (BackshiftException e)
        {
            Lose(FindingKind.NodeUnreadable, default, id, e.Message);
        }
    }

    private void Content(StoredEntry entry, BytePath path)
    {
        long offset = 0;
        if (entry.List is { } list)
        {
            List(list.Id, list.Level, path, ref offset);
        }

        foreach (ContentPart part in entry.Parts)
        {
            Chunk(part, path, offset);
            offset += part.Size;
        }
    }

    private void List(Digest id, int level, BytePath path, ref long offset)
    {
        cancel.ThrowIfCancellationRequested();
        if (IsWalked(id))
        {
            return;
        }

        try
        {
            List<ContentPart> parts = TreeReader.ListItems(nodes, id, level);
            MarkNode(id);
            foreach (ContentPart part in parts)
            {
                if (level == 0)
                {
                    Chunk(part, path, offset);
                    offset += part.Size;
                }
                else
                {
                    List(part.Digest!.Value, level - 1, path, ref offset);
                }
            }
        }
        catch (BackshiftException e)
        {
            Lose(FindingKind.ContentUnreadable, path, id, e.Message);
        }
    }

    private void Chunk(ContentPart part, BytePath path, long offset)
    {
        if (part.Digest is not { } digest)
        {
            return;
        }

        if (Refer(digest) is not { } place)
        {
            Say(FindingKind.ChunkMissing, path, digest, $"chunk {digest}{(all.ReasonAgainst(digest) is { } reason ? $": {reason}" : " is missing")}");
            Keep(digest);
        }
        else if (place.Size != part.Size)
        {
            // Another pack may have a chunk of this digest and the right length. Only the contents tell which of them is the true one.
            Say(FindingKind.ChunkLength, path, digest, $"chunk {digest} has {place.Size} bytes, not {part.Size}");
            Keep(digest);
        }
        else
        {
            sighting?.Invoke(path, offset, digest, place);
        }
    }

    /// <summary>
    /// Marks all places of a chunk that cannot be read as it is: a delta, for instance, whose prefix is lost. Once that is stored again, it can be read.
    /// </summary>
    private void Keep(Digest digest)
    {
        Needed.Miss();
        kept.Push(digest);
        if (isKeeping)
        {
            return;
        }

        // One by one: a directory that was made to harm may name a chain of prefixes that is longer than any stack.
        isKeeping = true;
        while (kept.TryPop(out Digest next))
        {
            KeepPlaces(next);
        }

        isKeeping = false;
    }

    private void KeepPlaces(Digest digest)
    {
        foreach (ChunkPlace place in finder.Places(digest).ToArray())
        {
            cancel.ThrowIfCancellationRequested();
            PackDirectory directory = place.Pack.Directory;
            if (!Needed.At(directory).Add(directory, place.Slot))
            {
                continue;
            }

            BlockRecord block = directory.Block(place.Block);
            for (int i = 0; i < block.Prefixes; i++)
            {
                if (Mark(directory.PrefixAt(place.Block, i), block.Depth) is null)
                {
                    Keep(directory.PrefixAt(place.Block, i));
                }
            }
        }
    }

    /// <summary>Whether everything below a node is marked.</summary>
    private bool IsWalked(Digest id) => Find(id, PackLimits.Depth + 1) is { } place && Needed.Of(place.Pack.Name) is { } marks && marks.IsWalked(place.Slot);

    /// <summary>Marks a node after it was read. Reading gives up damaged copies, so only then is it known which copy is sound.</summary>
    private void MarkNode(Digest id)
    {
        if (Refer(id) is { } place)
        {
            Needed.At(place.Pack.Directory).AddWalked(place.Slot);
            return;
        }

        // It could be read, but does not count as stored: for instance, a delta that needs more memory than the format promises.
        Lose(FindingKind.ChunkMissing, default, id, $"node {id}: {all.ReasonAgainst(id) ?? "is missing"}");
    }

    /// <summary>Marks a chunk that something refers to otherwise than as a prefix.</summary>
    private ChunkPlace? Refer(Digest digest)
    {
        if (Mark(digest, PackLimits.Depth + 1) is not { } place)
        {
            return null;
        }

        Needed.At(place.Pack.Directory).Refer(place.Slot);
        return place;
    }

    /// <summary>Marks a chunk and everything that it is a delta against.</summary>
    /// <returns>Its place; null if the chunk, or a chunk that it is a delta against, is missing.</returns>
    private ChunkPlace? Mark(Digest digest, int below)
    {
        if (Find(digest, below) is not { } place)
        {
            return null;
        }

        PackDirectory directory = place.Pack.Directory;
        if (Needed.At(directory).Add(directory, place.Slot))
        {
            BlockRecord block = directory.Block(place.Block);
            Needed.At(directory).HasDeltas |= block.Prefixes > 0;
            if (below <= PackLimits.Depth)
            {
                Needed.At(directory).AddLonePrefix(place.Slot);
            }

            for (int i = 0; i < block.Prefixes; i++)
            {
                // The recursion is as deep as deltas are: each prefix lies in a block that is less deep.
                Digest prefix = directory.PrefixAt(place.Block, i);
                if (Mark(prefix, block.Depth) is null)
                {
                    Say(FindingKind.ChunkMissing, default, prefix, $"chunk {digest} is a delta against chunk {prefix}, which is missing or damaged");
                    Keep(prefix);
                }
            }
        }

        return place;
    }

    private ChunkPlace? Find(Digest digest, int below)
    {
        ChunkPlace? found = standing.Find(digest, below) ?? all.Find(digest, below);
        return found is not { Pack.Stored.IsReliable: false } first || Needed.Contains(first.Pack.Name, first.Slot) ? found : FindNamed(digest, below) ?? found;
    }

    /// <summary>The place of a chunk in a pack that is marked already: what another host says of it does not keep a pack of that host.</summary>
    private ChunkPlace? FindNamed(Digest digest, int below)
    {
        foreach (ChunkPlace place in finder.Places(digest))
        {
            if (Needed.Contains(place.Pack.Name, place.Slot) && place.Pack.Directory.Block(place.Block).Depth < below)
            {
                return place;
            }
        }

        return null;
    }

    /// <summary>A node cannot be read: what lies below it is not known, and may be anything.</summary>
    private void Lose(FindingKind kind, BytePath path, Digest chunk, string detail)
    {
        Needed.Lose(saveset);
        Say(kind, path, chunk, detail);
        Keep(chunk);
    }

    private void Say(FindingKind kind, BytePath path, Digest chunk, string detail) =>
        report(new Finding(kind, detail) { Saveset = saveset, Path = path, Chunk = chunk });

    private void Say(FindingKind kind, BackshiftException trouble) => report(new Finding(kind, trouble.Message));

    public void Dispose()
    {
        nodes.Dispose();
        finder.Dispose();
    }
}
