using System.Buffers;
using Backshift.Chunking;
using Backshift.Records;
using Backshift.Repository.Chunks;
using MessagePack;

namespace Backshift.Repository.Trees;

/// <summary>One node that is being filled, and when it ends; see backshift-repository(5), "Entry tree".</summary>
internal sealed class NodeBuilder
{
    private readonly ArrayBufferWriter<byte> bytes = new(48 << 10);
    private readonly string name;
    private readonly int level;
    private readonly ulong key;

    /// <param name="name">leaf, inner or list.</param>
    /// <param name="level">Its level.</param>
    internal NodeBuilder(string name, int level)
    {
        this.name = name;
        this.level = level;
        key = (ulong)level + (name == "list" ? TreeLimits.ListKey : 0);
    }

    /// <summary>Number of items in the node.</summary>
    internal int Count { get; private set; }

    /// <summary>Appends an item.</summary>
    /// <param name="item">As encoded.</param>
    /// <param name="about">What decides whether the node ends after it.</param>
    /// <returns>Whether the node ends here.</returns>
    internal bool Add(ReadOnlySpan<byte> item, ReadOnlySpan<byte> about)
    {
        if (Count == 0)
        {
            bytes.ResetWrittenCount();
            MessagePackWriter writer = new(bytes);
            MapWriter map = default;
            while (map.NextPass(ref writer))
            {
                map.Text(ref writer, "node"u8, name);
                map.Number(ref writer, "level"u8, (long)level);
            }

            writer.Flush();
        }

        bytes.Write(item);
        Count++;
        return (Count >= TreeLimits.LeastChildren || level == 0)
            && (bytes.WrittenCount >= TreeLimits.LongNode || SipHash.Hash(key, 0, about) >> TreeLimits.CutShift < (ulong)item.Length);
    }

    /// <summary>Stores the node and starts the next.</summary>
    /// <param name="chunks">Keeps it.</param>
    /// <param name="ancestors">Names earlier nodes that it is likely to resemble.</param>
    /// <exception cref="BackshiftException">No reader would accept it: a bug of the writer that must not get into a saveset.</exception>
    internal Digest Store(ChunkStore chunks, Func<IReadOnlyList<Digest>>? ancestors = null)
    {
        Count = 0;
        Digest digest = chunks.AddNode(bytes.WrittenSpan, ancestors);
        Node node = NodeReader.Parse(digest, bytes.WrittenMemory, name, level);
        if (name == "list")
        {
            NodeReader.ListItems(node, level);
        }
        else if (level > 0)
        {
            NodeReader.InnerItems(node);
        }

        // The entries of a leaf were read again one by one before they came here.
        return digest;
    }
}
