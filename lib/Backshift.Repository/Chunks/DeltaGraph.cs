using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Chunks;

/// <summary>
/// Knows which blocks a delta needs. Each block is examined once, however many deltas share it: a chunk has several ancestors, and following each path by
/// itself would take their number to the power of the depth. A prefix lies in a block that is less deep, so there are no cycles and at most
/// <see cref="PackLimits.Depth"/> steps.
/// </summary>
internal sealed class DeltaGraph
{
    // 100 to 200 bytes each. When there are more, all are forgotten between two questions; the packs' directories know them still.
    private const int NodeLimit = 1 << 15;

    // A chunk has one to three as a rule.
    private const int FewPrefixes = 16;

    private readonly Func<Digest, int, ChunkPlace?> find;
    private readonly Dictionary<(ObjectName Pack, int Block), DeltaNode> nodes = [];
    private readonly Stack<DeltaNode> pending = new();
    private long walks;

    /// <param name="find">Finds a chunk in a block less deep than a number, whole by itself; it may ask this graph.</param>
    internal DeltaGraph(Func<Digest, int, ChunkPlace?> find) => this.find = find;

    /// <summary>Number of blocks examined so far, counted each time.</summary>
    internal long Visits { get; private set; }

    internal void Clear() => nodes.Clear();

    /// <summary>Forgets what is known if that has become much. Not to be called while a node is being made.</summary>
    internal void Trim()
    {
        if (nodes.Count >= NodeLimit)
        {
            nodes.Clear();
        }
    }

    /// <summary>The node of a block.</summary>
    internal DeltaNode At(OpenPack pack, int block)
    {
        if (nodes.TryGetValue((pack.Name, block), out DeltaNode? known))
        {
            return known;
        }

        PackDirectory directory = pack.Directory;
        BlockRecord record = directory.Block(block);
        DeltaNode node = new() { Pack = pack.Name, Block = block, Depth = record.Depth, Cost = PackLimits.CostOf(record.Content) };
        Visits++;
        List<DeltaNode> prefixes = new(record.Prefixes);
        HashSet<DeltaNode>? seen = record.Prefixes > FewPrefixes ? [] : null;
        for (int i = 0; i < record.Prefixes; i++)
        {
            Digest prefix = directory.PrefixAt(block, i);
            if (find(prefix, record.Depth) is not { } place)
            {
                node.Missing = prefix;
                break;
            }

            DeltaNode below = At(place.Pack, place.Block);
            if (seen?.Add(below) ?? !prefixes.Contains(below))
            {
                prefixes.Add(below);
                node.CostBelow += below.Cost + below.CostBelow;
            }
        }

        node.Prefixes = [.. prefixes];
        if (node.Missing is null && node.CostBelow > PackLimits.Closure)
        {
            // Blocks that several prefixes share were added up several times.
            node.CostBelow = CostOf(node.Prefixes, PackLimits.Closure);
            node.IsTooLarge = node.CostBelow > PackLimits.Closure;
        }

        nodes[(pack.Name, block)] = node;
        return node;
    }

    /// <summary>What some blocks and all below them cost together, each counted once; more than <paramref name="limit"/> where counting stopped.</summary>
    internal long CostOf(ReadOnlySpan<DeltaNode> tops, long limit)
    {
        long cost = 0;
        walks++;
        pending.Clear();
        Push(tops);
        while (cost <= limit && pending.TryPop(out DeltaNode? node))
        {
            cost += node.Cost;
            Push(node.Prefixes);
        }

        return cost;
    }

    private void Push(ReadOnlySpan<DeltaNode> found)
    {
        foreach (DeltaNode node in found)
        {
            if (node.Walk != walks)
            {
                node.Walk = walks;
                pending.Push(node);
            }
        }
    }
}
