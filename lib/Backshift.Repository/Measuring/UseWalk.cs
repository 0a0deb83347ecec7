using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Marking;
using Backshift.Repository.Packs;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Measuring;

/// <summary>
/// Finds which chunks one saveset alone needs, and which one host, in one pass: of each chunk it keeps which one needs it, or that several do. A node is read
/// again only while that makes a difference: three times at most, however many savesets share it. Memory is four bytes for each chunk that is needed.
/// </summary>
internal sealed class UseWalk : IDisposable
{
    private readonly ChunkFinder finder;
    private readonly ChunkReader nodes;
    private readonly StoredChunks standing;
    private readonly StoredChunks all;
    private readonly Action<BackshiftException> warn;
    private readonly CancellationToken cancel;
    private readonly SlotTable<SlotUse> used = new();
    private readonly SlotTable<SlotUse> walked = new();
    private readonly HashSet<Digest> unreadable = [];
    private ushort its;
    private ushort host;
    private bool withData;

    /// <param name="repository">The repository, of which the savesets were listed already.</param>
    /// <param name="warn">Receives what cannot be read.</param>
    /// <param name="savesets">How many savesets have a number.</param>
    /// <param name="hosts">How many hosts have a number.</param>
    /// <param name="cancel">Ends it between two nodes.</param>
    internal UseWalk(RepositoryDirectory repository, Action<BackshiftException> warn, int savesets, int hosts, CancellationToken cancel)
    {
        this.warn = warn;
        this.cancel = cancel;
        IReadOnlySet<ObjectName> condemned = CondemnedPacks.Read(repository, warn);
        finder = new ChunkFinder(repository, warn, isReader: true);
        nodes = new ChunkReader(finder, null, capacity: 8 << 20);
        standing = new StoredChunks(finder, condemned);
        all = new StoredChunks(finder, CondemnedPacks.None, countsUnreliable: true);
        OfSavesets = new SizeSums(savesets);
        OfHosts = new SizeSums(hosts);
    }

    internal SizeSums OfSavesets { get; }

    internal SizeSums OfHosts { get; }

    internal long Chunks { get; private set; }

    internal long Bytes { get; private set; }

    internal long StoredBytes { get; private set; }

    /// <summary>How many chunks are missing, counted as often as they are come to.</summary>
    internal long Missing { get; private set; }

    internal bool IsWhole => Missing == 0 && unreadable.Count == 0;

    /// <summary>Adds a saveset. Those whose data was expired come last: a leaf that is walked for one of them has none of its contents counted.</summary>
    /// <param name="saveset">The saveset.</param>
    /// <param name="number">Its number.</param>
    /// <param name="hostNumber">That of its host.</param>
    internal void Add(Saveset saveset, ushort number, ushort hostNumber)
    {
        (its, host, withData) = (number, hostNumber, saveset.DataExpired is null);
        if (saveset.Root is { } root)
        {
            Tree(root, saveset.Level);
        }

        Content(saveset.ProblemList);
        if (saveset.Packs.List is { } packs)
        {
            Content(packs);
        }
    }

    private void Tree(Digest id, int level)
    {
        cancel.ThrowIfCancellationRequested();
        if (!IsToBeWalked(id))
        {
            return;
        }

        try
        {
            if (level > 0)
            {
                TreeReader.InnerItems(nodes, id, level, null, null).ForEach(child => Tree(child.Child, level - 1));
                return;
            }

            foreach (StoredEntry entry in TreeReader.LeafItems(nodes, id, null, null))
            {
                if (withData)
                {
                    Content(entry);
                }
            }
        }
        catch (BackshiftException e) when (e is not StoreException)
        {
            Lose(id, e);
        }
    }

    private void Content(StoredEntry entry)
    {
        if (entry.List is { } list)
        {
            List(list.Id, list.Level);
        }

        foreach (ContentPart part in entry.Parts)
        {
            Chunk(part);
        }
    }

    private void List(Digest id, int level)
    {
        cancel.ThrowIfCancellationRequested();
        if (!IsToBeWalked(id))
        {
            return;
        }

        try
        {
            foreach (ContentPart part in TreeReader.ListItems(nodes, id, level))
            {
                if (level == 0)
                {
                    Chunk(part);
                }
                else
                {
                    List(part.Digest!.Value, level - 1);
                }
            }
        }
        catch (BackshiftException e) when (e is not StoreException)
        {
            Lose(id, e);
        }
    }

    private void Chunk(ContentPart part)
    {
        if (part.Digest is { } digest && !Use(digest, PackLimits.Depth + 1))
        {
            Missing++;
        }
    }

    /// <summary>Counts a node, and tells whether it makes a difference for what is below it who needs it now.</summary>
    private bool IsToBeWalked(Digest id)
    {
        if (Find(id, PackLimits.Depth + 1) is not { } place)
        {
            Lose(id, new BackshiftException(ExitCode.DataError, $"node {id}: {all.ReasonAgainst(id) ?? "is missing"}"));
            return false;
        }

        Use(place);

        // A file may have the content of a node, so that the node itself is counted does not tell.
        return walked.At(place.Pack.Directory, place.Slot).Add(its, host);
    }

    private bool Use(Digest digest, int below)
    {
        if (Find(digest, below) is not { } place)
        {
            return false;
        }

        Use(place);
        return true;
    }

    /// <summary>Counts a chunk, with everything that it is a delta against.</summary>
    private void Use(ChunkPlace place)
    {
        PackDirectory directory = place.Pack.Directory;
        ref SlotUse use = ref used.At(directory, place.Slot);
        SlotUse before = use;
        if (!use.Add(its, host))
        {
            return;
        }

        BlockRecord block = directory.Block(place.Block);
        long size = directory.SizeAt(place.Slot);
        long share = (long)((UInt128)block.Stored * (ulong)size / (ulong)Math.Max(block.Content, 1));
        OfSavesets.Move(before.Saveset, use.Saveset, size, share);
        OfHosts.Move(before.Host, use.Host, size, share);
        if (before.Saveset == SlotUse.None)
        {
            Chunks++;
            Bytes += size;
            StoredBytes += share;
        }

        for (int i = 0; i < block.Prefixes; i++)
        {
            // The recursion is as deep as deltas are: each prefix lies in a block that is less deep.
            Missing += Use(directory.PrefixAt(place.Block, i), block.Depth) ? 0 : 1;
        }
    }

    private ChunkPlace? Find(Digest digest, int below) => standing.Find(digest, below) ?? all.Find(digest, below);

    private void Lose(Digest id, BackshiftException trouble)
    {
        if (unreadable.Add(id))
        {
            warn(trouble);
        }
    }

    public void Dispose()
    {
        nodes.Dispose();
        finder.Dispose();
    }
}
