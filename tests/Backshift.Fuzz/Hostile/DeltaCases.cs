using Backshift.Fuzz.Repositories;
using Backshift.Fuzz.Streams;

namespace Backshift.Fuzz.Hostile;

/// <summary>Deltas that lead far, in circles, or nowhere.</summary>
internal static class DeltaCases
{
    internal static IEnumerable<HostileCase> All =>
    [
        new("delta-plain", Expected.Sound, static made => Chain(made, 1)),
        new("delta-depth-16", Expected.Sound, static made => Chain(made, 16)),
        new("delta-depth-17", Expected.Damaged, static made => Chain(made, 17)),
        new("delta-depth-17-says-16", Expected.Damaged, static made => Chain(made, 17, 16)),
        new("delta-depth-17-says-1", Expected.Damaged, static made => Chain(made, 17, 1)),
        new("delta-depth-40-says-16", Expected.Damaged, static made => Chain(made, 40, 16)),
        new("delta-depth-3-says-16", Expected.Either, static made => Chain(made, 3, 16)),
        new("delta-cycle-of-1", Expected.Damaged, static made => Cycle(made, 1)),
        new("delta-cycle-of-2", Expected.Damaged, static made => Cycle(made, 2)),
        new("delta-cycle-wide", Expected.Damaged, static made => Cycle(made, 20)),
        new("delta-cycle-with-sound-copy", Expected.Either, CycleWithCopy),
        new("delta-wide-closure", Expected.Sound, static made => Wide(made, 16, 16)),
        new("delta-wide-closure-of-nodes", Expected.Sound, WideNodes),
        new("delta-wide-two-each", Expected.Sound, static made => Wide(made, 16, 2)),
        new("delta-prefix-missing", Expected.Damaged, static made => Lone(made, Block.Delta(made.Bytes(100), 1, made.Bytes(24)))),
        new("delta-prefix-damaged", Expected.Damaged, PrefixDamaged),
        new("delta-prefixes-too-long", Expected.Damaged, TooLong),
        new("delta-without-prefix", Expected.Damaged, static made => Lone(made, Block.Delta(made.Bytes(100), 0))),
        new("delta-prefix-of-plain-block", Expected.Damaged, PrefixOfPlain),
        new("delta-many-prefixes", Expected.Either, ManyPrefixes),
        new("delta-prefix-is-itself", Expected.Damaged, PrefixIsItself),
        new("delta-prefix-with-magic", Expected.Either, PrefixWithMagic),
    ];

    /// <summary>A saveset of one file with the chunk of one block.</summary>
    private static void Lone(MadeRepository made, Block block)
    {
        made.Add(block);
        string name = made.Saveset(Nodes.File("f", block.Chunks[0].Digest, block.Chunks[0].Length));
        made.Knows(name, "f", MadeRepository.Refused);
    }

    private static void Chain(MadeRepository made, int length, int? says = null)
    {
        byte[] content = made.Bytes(100);
        byte[] digest = made.Chunk(content);
        for (int depth = 1; depth <= length; depth++)
        {
            content = made.Bytes(100);
            made.Add(Block.Delta(content, (byte)Math.Min(says ?? depth, 255), digest));
            digest = made.Book.Add(content);
        }

        string name = made.Saveset(Nodes.File("f", digest, 100));
        made.Knows(name, "f", length > 16 ? MadeRepository.Refused : MadeRepository.Print(content));
    }

    private static void Cycle(MadeRepository made, int length)
    {
        byte[][] contents = [.. Enumerable.Range(0, length).Select(_ => made.Bytes(100))];
        byte[][] digests = [.. contents.Select(made.Book.Add)];
        for (int i = 0; i < length; i++)
        {
            made.Add(Block.Delta(contents[i], 1, length == 1 ? digests : digests.Where((_, j) => j != i)));
        }

        string name = made.Saveset(Nodes.File("f", digests[0], 100));
        made.Knows(name, "f", MadeRepository.Refused);
    }

    private static void CycleWithCopy(MadeRepository made)
    {
        byte[] first = made.Bytes(100), second = made.Bytes(100);
        byte[] one = made.Book.Add(first), two = made.Book.Add(second);
        made.Add(Block.Delta(first, 1, two));
        made.Add(Block.Delta(second, 1, one));
        made.Add(Block.Of(false, first));
        string name = made.Saveset(Nodes.File("e", two, 100), Nodes.File("f", one, 100));
        made.Knows(name, "f", MadeRepository.Print(first));
        made.Knows(name, "e", MadeRepository.Print(second));
    }

    /// <summary>Every chunk of a layer is made against several of the layer below: reading must not take as many steps as there are ways.</summary>
    private static List<byte[]> Layers(MadeRepository made, int depth, int wide, Action<Block> add, Func<byte[]> make)
    {
        List<byte[]> below = [];
        for (int i = 0; i < wide; i++)
        {
            byte[] content = make();
            add(Block.Of(false, content));
            below.Add(made.Book.Add(content));
        }

        for (int layer = 1; layer <= depth; layer++)
        {
            List<byte[]> digests = [];
            for (int i = 0; i < wide; i++)
            {
                byte[] content = make();
                add(Block.Delta(content, (byte)layer, below));
                digests.Add(made.Book.Add(content));
            }

            below = digests;
        }

        return below;
    }

    private static void Wide(MadeRepository made, int depth, int wide)
    {
        List<byte[]> top = Layers(made, depth, wide, block => made.Add(block), () => made.Bytes(2000));
        string name = made.Saveset(top.Select(static (digest, i) => Nodes.File($"f{i:00}", digest, 2000)));
        made.Knows(name, "f00", MadeRepository.Print(made.Book.Find(top[0])!));
    }

    private static void WideNodes(MadeRepository made)
    {
        int number = 0;
        List<byte[]> top = Layers(made, 16, 8, block => made.Add(block, isNode: true), () => Nodes.Leaf(Nodes.Entry($"d{number++:0000}", "dir")));
        made.Saveset(made.Node(Nodes.Node("inner", 1,
            top.Select(digest =>
            Nodes.Inner(Values.ValueReader.ReadAll(made.Book.Find(digest)!).Values[1]["path"] is { } path ? StreamEntry.Name(path) : "", digest)))), 1,
            top.Count, 0);
    }

    private static void PrefixDamaged(MadeRepository made)
    {
        byte[] content = made.Bytes(100);
        Block damaged = Block.Of(false, content);
        damaged.Stored = made.Bytes(100);
        made.Add(damaged);
        Lone(made, Block.Delta(made.Bytes(100), 1, ChunkBook.Digest(content)));
    }

    private static void TooLong(MadeRepository made)
    {
        byte[] first = made.Chunk(new byte[5 << 20]), second = made.Chunk(Enumerable.Repeat((byte)1, 5 << 20).ToArray());
        Lone(made, Block.Delta(made.Bytes(100), 1, first, second));
    }

    private static void PrefixOfPlain(MadeRepository made)
    {
        Block block = Block.Of(false, made.Bytes(100));
        block.Prefixes.Add(made.Chunk(50));
        Lone(made, block);
    }

    private static void ManyPrefixes(MadeRepository made)
    {
        byte[] content = made.Bytes(100);
        byte[] small = made.Chunk(1);
        made.Add(Block.Delta(content, 1, Enumerable.Repeat(small, 65_535)));
        string name = made.Saveset(Nodes.File("f", made.Book.Add(content), 100));
        made.Knows(name, "f", MadeRepository.Print(content));
    }

    private static void PrefixIsItself(MadeRepository made)
    {
        byte[] content = made.Bytes(100);
        Lone(made, Block.Delta(content, 1, ChunkBook.Digest(content)));
    }

    private static void PrefixWithMagic(MadeRepository made)
    {
        byte[] content = made.Bytes(100);
        made.Add(Block.Delta(content, 1, made.Chunk([0x37, 0xa4, 0x30, 0xec, .. made.Bytes(60)])));
        made.Saveset(Nodes.File("f", made.Book.Add(content), 100));
    }
}
