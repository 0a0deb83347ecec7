using Backshift.Fuzz.Repositories;
using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Hostile;

/// <summary>Contents of files that do not add up.</summary>
internal static class ContentCases
{
    private static readonly Int128 Half = (Int128)1 << 63;

    internal static IEnumerable<HostileCase> All =>
    [
        new("content-and-list", Expected.Damaged, ContentAndList),
        new("content-sum-wraps", Expected.Damaged,
            static made => Refuse(made, Nodes.File("f", 5, [(null, Half - 1), (null, Half - 1), (null, 2), (made.Chunk(5), 5)]))),
        new("content-size-larger", Expected.Damaged, static made => Refuse(made, Nodes.File("f", 200, [(made.Chunk(100), 100)]))),
        new("content-size-smaller", Expected.Damaged, static made => Refuse(made, Nodes.File("f", 50, [(made.Chunk(100), 100)]))),
        new("content-size-missing", Expected.Either, static made => made.Saveset(Nodes.File("f", 100, [(made.Chunk(100), 100)]).Without("size"))),
        new("content-chunk-longer", Expected.Damaged, static made => Refuse(made, Nodes.File("f", 90, [(made.Chunk(100), 90)]))),
        new("content-chunk-missing", Expected.Damaged, static made => Refuse(made, Nodes.File("f", 90, [(made.Bytes(24), 90)]))),
        new("content-odd", Expected.Damaged,
            static made => Refuse(made, Nodes.Entry("f").With("size", Value.Of((Int128)100)).With("content", Value.List(Value.Of(made.Chunk(100)))))),
        new("content-digest-short", Expected.Damaged, static made => Refuse(made, Nodes.File("f", 100, [(made.Chunk(100)[..20], 100)]))),
        new("content-hole-0", Expected.Damaged, static made => Refuse(made, Nodes.File("f", 0, [(null, 0)]))),
        new("content-hole-negative", Expected.Damaged, static made => Refuse(made, Nodes.File("f", 5, [(null, -5), (made.Chunk(10), 10)]))),
        new("content-hole-2-62", Expected.Sound, static made => made.Saveset(Nodes.File("f", (Int128)1 << 62, [(null, (Int128)1 << 62)]))),
        new("content-holes-that-touch", Expected.Either, static made => made.Saveset(Nodes.File("f", 20, [(null, 10), (null, 10)]))),
        new("content-many-parts", Expected.Either, ManyParts),
        new("content-million-parts", Expected.Either, MillionParts),
        new("content-of-nodes", Expected.Either, ContentOfNodes),
        new("content-chunk-as-hole-sum", Expected.Sound, WithHoles),
        new("list-plain", Expected.Sound, static made => List(made, 0)),
        new("list-three-levels", Expected.Sound, static made => List(made, 3)),
        new("list-32-levels", Expected.Either, static made => List(made, 32)),
        new("list-33-levels", Expected.Damaged, static made => List(made, 33)),
        new("list-length-wrong", Expected.Damaged, LengthWrong),
        new("list-lengths-swapped", Expected.Damaged, LengthsSwapped),
        new("list-leaf-in-it", Expected.Damaged, LeafInList),
        new("list-level-wrong", Expected.Damaged,
            static made => Refuse(made, Nodes.Listed("f", 100, made.Node(Nodes.Node("list", 0, Nodes.Part(made.Chunk(100), 100))), 1))),
        new("list-dag-of-holes", Expected.Either, static made => Dag(made, hole: true)),
        new("list-dag-of-chunks", Expected.Either, static made => Dag(made, hole: false)),
        new("list-dag-bad", Expected.Damaged, static made => DagBad(made)),
        new("list-8-MiB-of-holes", Expected.Either, Holes),
        new("list-missing", Expected.Damaged, static made => Refuse(made, Nodes.Listed("f", 100, made.Bytes(24), 0))),
        new("list-empty", Expected.Either, static made => made.Saveset(Nodes.Listed("f", 0, made.Node(Nodes.Node("list", 0)), 0))),
        new("list-hole-in-inner", Expected.Damaged,
            static made => Refuse(made, Nodes.Listed("f", 100, made.Node(Nodes.Node("list", 1, Nodes.Part(null, 100))), 1))),
        new("list-zero-length", Expected.Damaged,
            static made => Refuse(made, Nodes.Listed("f", 0, made.Node(Nodes.Node("list", 0, Nodes.Part(made.Chunk(100), 0))), 0))),
        new("list-shared-at-two-levels", Expected.Damaged, SharedAtTwoLevels),
    ];

    private static void Refuse(MadeRepository made, Value entry)
    {
        string name = made.Saveset(entry);
        made.Knows(name, "f", MadeRepository.Refused);
    }

    private static void ContentAndList(MadeRepository made)
    {
        byte[] chunk = made.Chunk(100);
        byte[] list = made.Node(Nodes.Node("list", 0, Nodes.Part(made.Chunk(50), 50)));
        Refuse(made,
            Nodes.Listed("f", made.Chance.Next(3) switch { 0 => 50, 1 => 100, _ => 150 }, list, 0)
            .With("content", Value.List(Value.Of(chunk), Value.Of((Int128)100))));
    }

    private static void ManyParts(MadeRepository made)
    {
        byte[] content = made.Bytes(3);
        byte[] chunk = made.Chunk(content);
        string name = made.Saveset(Nodes.File("f", 3 * 3000, Enumerable.Repeat(((byte[]?)chunk, (Int128)3), 3000)));
        made.Knows(name, "f", MadeRepository.Print(Enumerable.Repeat(content, 3000)));
    }

    private static void MillionParts(MadeRepository made)
    {
        byte[] chunk = made.Chunk(1);
        made.Saveset(Nodes.File("f", 200_000, Enumerable.Repeat(((byte[]?)chunk, (Int128)1), 200_000)));
    }

    private static void ContentOfNodes(MadeRepository made)
    {
        byte[] node = Nodes.Leaf(Nodes.Entry("a", "dir"));
        string name = made.Saveset(Nodes.File("f", made.Node(node), node.Length));
        made.Knows(name, "f", MadeRepository.Print(node));
    }

    private static void WithHoles(MadeRepository made)
    {
        byte[] content = made.Bytes(100);
        string name = made.Saveset(Nodes.File("f", 2200, [(null, 1000), (made.Chunk(content), 100), (null, 1000), (made.Chunk(content), 100)]));
        made.Knows(name, "f", MadeRepository.Print(new byte[1000], content, new byte[1000], content));
    }

    private static void List(MadeRepository made, int levels)
    {
        byte[] content = made.Bytes(20);
        byte[] chunk = made.Chunk(content);
        byte[] list = made.Node(Nodes.Node("list", 0, Nodes.Part(chunk, 20), Nodes.Part(chunk, 20)));
        int length = 40;
        for (int level = 1; level <= levels; level++)
        {
            bool twice = level <= 3;
            list = made.Node(Nodes.Node("list", level, Enumerable.Repeat(Nodes.Part(list, length), twice ? 2 : 1)));
            length *= twice ? 2 : 1;
        }

        string name = made.Saveset(Nodes.Listed("f", length, list, levels));
        made.Knows(name, "f", levels > 32 ? MadeRepository.Refused : MadeRepository.Print(Enumerable.Repeat(content, length / 20)));
    }

    private static void LengthWrong(MadeRepository made)
    {
        byte[] list = made.Node(Nodes.Node("list", 0, Nodes.Part(made.Chunk(100), 100)));
        Refuse(made, Nodes.Listed("f", 90, made.Node(Nodes.Node("list", 1, Nodes.Part(list, 90))), 1));
    }

    private static void LengthsSwapped(MadeRepository made)
    {
        // What the leaves say is what is there, whatever is said of them above.
        byte[] one = made.Bytes(100), two = made.Bytes(60);
        byte[] first = made.Node(Nodes.Node("list", 0, Nodes.Part(made.Chunk(one), 100))),
            second = made.Node(Nodes.Node("list", 0, Nodes.Part(made.Chunk(two), 60)));
        string name = made.Saveset(Nodes.Listed("f", 160, made.Node(Nodes.Node("list", 1, Nodes.Part(first, 60), Nodes.Part(second, 100))), 1));
        made.Knows(name, "f", MadeRepository.Print(one, two));
    }

    private static void LeafInList(MadeRepository made)
    {
        byte[] leaf = made.Node(Nodes.Leaf(Nodes.Entry("a", "dir")));
        Refuse(made, Nodes.Listed("f", 100, made.Node(Nodes.Node("list", 1, Nodes.Part(leaf, 100))), 1));
    }

    private static void SharedAtTwoLevels(MadeRepository made)
    {
        byte[] list = made.Node(Nodes.Node("list", 0, Nodes.Part(made.Chunk(100), 100)));
        byte[] inner = made.Node(Nodes.Node("list", 1, Nodes.Part(list, 100)));
        made.Saveset(Nodes.Listed("e", 100, inner, 1));
        Refuse(made, Nodes.Listed("f", 100, made.Node(Nodes.Node("list", 2, Nodes.Part(list, 100))), 2));
    }

    private static void Dag(MadeRepository made, bool hole)
    {
        // Large chunks, so that what is written of them comes to the limit soon.
        Int128 length = hole ? 1 : 1 << 20;
        byte[] list = made.Node(Nodes.Node("list", 0, Nodes.Part(hole ? null : made.Chunk((int)length), length)));
        for (int level = 1; level <= 32; level++)
        {
            list = made.Node(Nodes.Node("list", level, Nodes.Part(list, length), Nodes.Part(list, length)));
            length *= 2;
        }

        made.Saveset(Nodes.Listed("f", length, list, 32));
    }

    private static void DagBad(MadeRepository made)
    {
        byte[] list = made.Node(Nodes.Node("list", 0, Nodes.Part(made.Bytes(24), 1)));
        Int128 length = 1;
        for (int level = 1; level <= 31; level++)
        {
            list = made.Node(Nodes.Node("list", level, Nodes.Part(list, length), Nodes.Part(list, length)));
            length *= 2;
        }

        Refuse(made, Nodes.Listed("f", length, list, 31));
    }

    private static void Holes(MadeRepository made)
    {
        // Each part takes three bytes.
        byte[] head = Nodes.Node("list", 0);
        int count = ((8 << 20) - head.Length) / 3;
        byte[] node = [.. head, .. Enumerable.Range(0, count).SelectMany(static _ => (byte[])[0x92, 0xc0, 1])];
        made.Saveset(Nodes.Listed("f", count, made.Node(node), 0));
    }
}
