using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Chunks;

/// <summary>
/// Decides whether a chunk counts as stored: it is in the directory of a pack that is neither condemned nor known to be damaged, and so is everything that it
/// is a delta against. Writers ask here, and so do programs that make references.
/// </summary>
internal sealed class StoredChunks
{
    private readonly ChunkFinder finder;
    private readonly IReadOnlySet<ObjectName> condemned;
    private readonly bool countsUnreliable;
    private readonly BlockChecksums checksums;
    private readonly DeltaGraph graph;
    private long changes;

    /// <param name="finder">Finds chunks.</param>
    /// <param name="condemned">Packs whose chunks do not count.</param>
    /// <param name="rotten">Receives each pack in which stored bytes do not match their checksum, once.</param>
    /// <param name="countsUnreliable">Whether also packs count that nothing may rely on; see <see cref="IStoredObject.IsReliable"/>.</param>
    internal StoredChunks(ChunkFinder finder, IReadOnlySet<ObjectName> condemned, Action<BackshiftException>? rotten = null, bool countsUnreliable = false)
    {
        this.countsUnreliable = countsUnreliable;
        this.finder = finder;
        this.condemned = condemned;
        checksums = new BlockChecksums(finder.Shelf, rotten ?? (static _ => { }));
        graph = new DeltaGraph(FindBelow);
    }

    /// <summary>Packs that the store received earlier do not count; null if all do. See <see cref="ListingLag.NotBefore"/>.</summary>
    internal UnixTime? NotBefore { get; init; }

    /// <summary>Takes the names of packs that the caller relies on; see <see cref="Rely(ChunkPlace)"/>. One may come many times.</summary>
    internal Action<ObjectName>? Relied { get; set; }

    /// <summary>Number of blocks examined for what they are deltas against.</summary>
    internal long Visits => graph.Visits;

    /// <summary>Bytes of blocks that were read to verify their checksums.</summary>
    internal long BytesVerified => checksums.BytesRead;

    /// <inheritdoc cref="BlockChecksums.Trust"/>
    internal void Trust(ObjectName pack) => checksums.Trust(pack);

    /// <summary>Whether a chunk was found to be damaged: then one that is not found may be in a directory all the same.</summary>
    internal bool KnowsDamage => checksums.HasFoundBad || finder.HasGivenUp;

    /// <summary>The packs in which stored bytes were found not to match their checksum.</summary>
    internal IReadOnlyCollection<ObjectName> Rotten => checksums.Mismatched;

    /// <summary>Where a chunk lies that counts as stored, or null. Only directories are read.</summary>
    internal ChunkPlace? Find(Digest digest) => Find(digest, PackLimits.Depth + 1);

    /// <summary>As <see cref="Find(Digest)"/>, in a block that is less deep than <paramref name="below"/>: for the prefixes of a delta.</summary>
    internal ChunkPlace? Find(Digest digest, int below)
    {
        Refresh();
        return FindBelow(digest, below);
    }

    /// <summary>As <see cref="Find(Digest)"/>, of a chunk that another program says is there: before it is given up, packs that were published meanwhile, or
    /// that the index hides, are searched.</summary>
    internal ChunkPlace? FindReferred(Digest digest)
    {
        ChunkPlace? place = Find(digest);
        if (place is null && NotBefore is not null && finder.Find(digest) is not null)
        {
            // It is there, and too old: to search the whole index for another copy would take longer than storing it anew.
            return null;
        }

        while (place is null && finder.LookFurther())
        {
            place = Find(digest);
        }

        return place;
    }

    /// <summary>
    /// Whether a chunk counts as stored whose content the caller has, and could store again: the first time that a block is hit, its stored bytes are read and
    /// verified against their CRC, and so are those of all blocks that it needs.
    /// </summary>
    internal bool HoldsSound(Digest digest) => HoldsSound(digest, PackLimits.Depth + 1);

    /// <summary>As <see cref="HoldsSound(Digest)"/>, in a block that is less deep than <paramref name="below"/>.</summary>
    internal bool HoldsSound(Digest digest, int below)
    {
        Refresh();
        while (FindBelow(digest, below) is { } place)
        {
            if (place.Pack.Directory.Block(place.Block).Prefixes == 0 ? checksums.Match(place.Pack.Name, place.Block)
                : AllMatch(graph.At(place.Pack, place.Block)))
            {
                Rely(place);
                return true;
            }

            // Nodes of deltas may depend on this block.
            graph.Clear();
        }

        return false;
    }

    /// <summary>Notes that something is going to refer to a chunk: its pack, and those of all that it is a delta against, are relied on.</summary>
    internal void Rely(ChunkPlace place)
    {
        if (Relied is null)
        {
            return;
        }

        if (place.Pack.Directory.Block(place.Block).Prefixes == 0)
        {
            Relied(place.Pack.Name);
        }
        else
        {
            Rely(graph.At(place.Pack, place.Block));
        }
    }

    /// <summary>Notes that a delta is going to be made against a block.</summary>
    internal void Rely(DeltaNode node)
    {
        if (Relied is null || node.IsRelied)
        {
            return;
        }

        node.IsRelied = true;
        Relied(node.Pack);

        // As deep as deltas are, at most.
        foreach (DeltaNode prefix in node.Prefixes)
        {
            Rely(prefix);
        }
    }

    /// <summary>The node of a chunk's block in the graph of deltas.</summary>
    internal DeltaNode NodeOf(ChunkPlace place) => graph.At(place.Pack, place.Block);

    /// <inheritdoc cref="DeltaGraph.CostOf"/>
    internal long CostOf(ReadOnlySpan<DeltaNode> tops, long limit) => graph.CostOf(tops, limit);

    /// <summary>Why a chunk that is in the directory of a pack cannot be read nevertheless; null if that is not known.</summary>
    internal string? ReasonAgainst(Digest digest)
    {
        if (finder.Find(digest) is not { } place)
        {
            return finder.DamageOf(digest);
        }

        return graph.At(place.Pack, place.Block) switch
        {
            { Missing: { } prefix } when finder.Find(prefix) is null => $"is a delta against chunk {prefix}, which is missing or damaged",
            { Missing: { } prefix } =>
                $"is a delta of depth {graph.At(place.Pack, place.Block).Depth} against chunk {prefix}, which cannot be read from a block less deep",
            { IsTooLarge: true } => $"is a delta that needs more than {PackLimits.Closure >> 20} MiB of other blocks",
            _ => null,
        };
    }

    private ChunkPlace? FindBelow(Digest digest, int below)
    {
        if (finder.Find(digest) is not { } first)
        {
            return null;
        }

        if (Counts(first, below))
        {
            return first;
        }

        foreach (ChunkPlace place in finder.Places(digest))
        {
            if (Counts(place, below))
            {
                return place;
            }
        }

        return null;
    }

    private bool Counts(ChunkPlace place, int below)
    {
        if (condemned.Count > 0 && condemned.Contains(place.Pack.Name))
        {
            return false;
        }

        if (!countsUnreliable && !place.Pack.Stored.IsReliable)
        {
            return false;
        }

        if (NotBefore is { } time && place.Pack.Stored.Received.CompareTo(time) < 0)
        {
            return false;
        }

        int number = place.Block;
        BlockRecord block = place.Pack.Directory.Block(number);
        return block.Depth < below && !checksums.IsKnownBad(place.Pack.Name, number) && (block.Prefixes == 0 || graph.At(place.Pack, number).IsWhole);
    }

    private bool AllMatch(DeltaNode node)
    {
        if (node.IsVerified)
        {
            return true;
        }

        // As deep as deltas are, at most.
        foreach (DeltaNode prefix in node.Prefixes)
        {
            if (!AllMatch(prefix))
            {
                return false;
            }
        }

        node.IsVerified = checksums.Match(node.Pack, node.Block);
        return node.IsVerified;
    }

    private void Refresh()
    {
        if (changes != finder.Changes)
        {
            changes = finder.Changes;
            graph.Clear();
        }

        graph.Trim();
    }
}
