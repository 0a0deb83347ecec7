using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Repositories;

/// <summary>Makes the tree of any number of entries, in the order in which they are given: nodes are as long as they may be, not as our writer cuts
/// them.</summary>
internal sealed class TreeMaker(MadeRepository made)
{
    private const int LastStart = 131_072;

    internal (byte[] Root, int Level) Make(IReadOnlyList<Value> entries)
    {
        List<(byte[] First, byte[] Digest)> nodes = Cut("leaf", 0, entries, static entry => entry["path"]?.Content ?? []);
        int level = 0;
        while (nodes.Count > 1)
        {
            level++;
            nodes = Cut("inner", level, [.. nodes.Select(static node => Value.List(Value.Of(node.First), Value.Of(node.Digest)))],
                static item => item.Items[0].Content);
        }

        return (nodes[0].Digest, level);
    }

    private List<(byte[] First, byte[] Digest)> Cut(string kind, int level, IReadOnlyList<Value> items, Func<Value, byte[]> path)
    {
        List<(byte[] First, byte[] Digest)> nodes = [];
        for (int first = 0; first < Math.Max(1, items.Count);)
        {
            ValueWriter node = new();
            node.Write(Value.Map(Value.Of("node"), Value.Of(kind), Value.Of("level"), Value.Of((Int128)level)));
            int next = first;
            while (next < items.Count && node.Length < LastStart)
            {
                node.Write(items[next++]);
            }

            nodes.Add((items.Count > 0 ? path(items[first]) : [], made.Node(node.ToArray())));
            first = Math.Max(next, first + 1);
        }

        return nodes;
    }
}
