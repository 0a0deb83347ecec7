using Backshift.Fuzz.Repositories;

namespace Backshift.Fuzz.Hostile;

/// <summary>Entry trees that are not what they seem.</summary>
internal static class TreeCases
{
    internal static IEnumerable<HostileCase> All =>
    [
        new("tree-plain", Expected.Sound, Plain),
        new("tree-two-levels", Expected.Sound, static made => Levels(made, 1)),
        new("tree-32-levels", Expected.Either, static made => Levels(made, 32)),
        new("tree-33-levels", Expected.Damaged, static made => Levels(made, 33)),
        new("tree-list-as-leaf", Expected.Damaged, ListAsLeaf),
        new("tree-leaf-of-level-1", Expected.Damaged, LeafAsInner),
        new("tree-inner-as-leaf", Expected.Damaged, InnerAsLeaf),
        new("tree-wrong-level-in-node", Expected.Damaged, WrongLevel),
        new("tree-level-in-saveset", Expected.Damaged, WrongLevelInSaveset),
        new("tree-leaf-and-list-shared", Expected.Damaged, LeafIsAlsoList),
        new("tree-two-firsts", Expected.Damaged, WrongFirstPath),
        new("tree-unsorted-children", Expected.Damaged, UnsortedChildren),
        new("tree-dag", Expected.Damaged, Dag),
        new("tree-dag-of-empty", Expected.Damaged, DagOfEmpty),
        new("tree-own-child", Expected.Damaged, MissingChild),
        new("tree-root-missing", Expected.Damaged, static made => made.Saveset(made.Bytes(24), 0, 1, 0)),
        new("tree-garbage-node", Expected.Damaged, static made => made.Saveset(made.Node(made.Bytes(300)), 0, 1, 0)),
        new("tree-node-of-zeros", Expected.Damaged, static made => made.Saveset(made.Node(new byte[8 << 20]), 0, 1, 0)),
        new("tree-empty-leaf", Expected.Either, static made => made.Saveset(made.Node(Nodes.Leaf()), 0, 0, 0)),
        new("tree-million-arrays", Expected.Damaged,
            static made => made.Saveset(made.Node([.. Nodes.Leaf(), .. Enumerable.Repeat((byte)0x91, 4_000_000)]), 0, 1, 0)),
        new("tree-many-entries", Expected.Sound, Many),
        new("tree-many-empty-entries", Expected.Damaged,
            static made => made.Saveset(made.Node([.. Nodes.Leaf(), .. Enumerable.Repeat((byte)0x80, 8_000_000)]), 0, 1, 0)),
        new("tree-wide-inner", Expected.Damaged, WideInner),
        new("tree-node-kind-unknown", Expected.Damaged, static made => made.Saveset(made.Node(Nodes.Node("twig", 0, Nodes.Entry("a", "dir"))), 0, 1, 0)),
        new("tree-node-trailing", Expected.Damaged, static made => made.Saveset(made.Node([.. Nodes.Leaf(Nodes.Entry("a", "dir")), 0xc1]), 0, 1, 0)),
    ];

    private static void Plain(MadeRepository made)
    {
        byte[] content = made.Bytes(made.Chance.Next(1, 5000));
        string name = made.Saveset(Nodes.Entry("d", "dir"), Nodes.File("d/file", made.Chunk(content), content.Length), Nodes.Link("d/link", "d/file"),
            Nodes.Link("s", "anything", "symlink"));
        made.Knows(name, "d/file", MadeRepository.Print(content));
    }

    private static void Levels(MadeRepository made, int levels)
    {
        byte[] content = made.Bytes(50);
        byte[] below = made.Node(Nodes.Leaf(Nodes.File("a", made.Chunk(content), 50)));
        byte[] last = made.Node(Nodes.Leaf(Nodes.Entry("b", "dir")));
        for (int level = 1; level <= levels; level++)
        {
            below = made.Node(level == 1 ? Nodes.Node("inner", level, Nodes.Inner("a", below), Nodes.Inner("b", last))
                : Nodes.Node("inner", level, Nodes.Inner("a", below)));
        }

        string name = made.Saveset(below, levels, 2, 50);
        made.Knows(name, "a", MadeRepository.Print(content));
    }

    private static void ListAsLeaf(MadeRepository made)
    {
        // Seen as a list first, so that a reader that remembers sound nodes by digest alone passes it.
        byte[] chunk = made.Chunk(made.Bytes(77));
        byte[] list = made.Node(Nodes.Node("list", 0, Nodes.Part(chunk, 77)));
        made.Saveset(Nodes.Listed("file", 77, list, 0));
        made.Saveset(list, 0, 1, 0);
    }

    private static void LeafIsAlsoList(MadeRepository made)
    {
        byte[] leaf = made.Node(Nodes.Leaf(Nodes.Entry("a", "dir")));
        made.Saveset(leaf, 0, 1, 0);
        made.Saveset(Nodes.Listed("file", 77, leaf, 0));
    }

    private static void LeafAsInner(MadeRepository made)
    {
        byte[] leaf = made.Node(Nodes.Leaf(Nodes.Entry("a", "dir")));
        made.Saveset(leaf, 0, 1, 0);
        made.Saveset(leaf, 1, 1, 0);
    }

    private static void InnerAsLeaf(MadeRepository made)
    {
        byte[] leaf = made.Node(Nodes.Leaf(Nodes.Entry("a", "dir")));
        byte[] inner = made.Node(Nodes.Node("inner", 1, Nodes.Inner("a", leaf)));
        made.Saveset(inner, 1, 1, 0);
        made.Saveset(inner, 0, 1, 0);
    }

    private static void WrongLevel(MadeRepository made)
    {
        byte[] leaf = made.Node(Nodes.Leaf(Nodes.Entry("a", "dir")));
        byte[] inner = made.Node(Nodes.Node("inner", made.Chance.Next(2) == 0 ? 2 : ulong.MaxValue, Nodes.Inner("a", leaf)));
        made.Saveset(inner, 1, 1, 0);
    }

    private static void WrongLevelInSaveset(MadeRepository made) =>
        made.Saveset(made.Node(Nodes.Leaf(Nodes.Entry("a", "dir"))), made.Chance.Next(3) switch { 0 => 1, 1 => 32, _ => ulong.MaxValue }, 1, 0);

    private static void WrongFirstPath(MadeRepository made)
    {
        byte[] leaf = made.Node(Nodes.Leaf(Nodes.Entry("b", "dir"), Nodes.Entry("c", "dir")));
        made.Saveset(made.Node(Nodes.Node("inner", 1, Nodes.Inner("a", leaf))), 1, 2, 0);
    }

    private static void UnsortedChildren(MadeRepository made)
    {
        byte[] first = made.Node(Nodes.Leaf(Nodes.Entry("a", "dir"))), second = made.Node(Nodes.Leaf(Nodes.Entry("b", "dir")));
        made.Saveset(made.Node(Nodes.Node("inner", 1, Nodes.Inner("b", second), Nodes.Inner("a", first))), 1, 2, 0);
    }

    private static void Dag(MadeRepository made)
    {
        byte[] below = made.Node(Nodes.Leaf(Nodes.Entry("a", "dir")));
        for (int level = 1; level <= 32; level++)
        {
            below = made.Node(Nodes.Node("inner", level, Nodes.Inner("a", below), Nodes.Inner("a", below)));
        }

        made.Saveset(below, 32, (Int128)1 << 32, 0);
    }

    private static void DagOfEmpty(MadeRepository made)
    {
        byte[] below = made.Node(Nodes.Leaf());
        for (int level = 1; level <= 32; level++)
        {
            below = made.Node(Nodes.Node("inner", level, Nodes.Inner("a", below), Nodes.Inner("b", below)));
        }

        made.Saveset(below, 32, 0, 0);
    }

    private static void MissingChild(MadeRepository made)
    {
        byte[] leaf = made.Node(Nodes.Leaf(Nodes.Entry("a", "dir")));
        made.Saveset(made.Node(Nodes.Node("inner", 1, Nodes.Inner("a", leaf), Nodes.Inner("b", made.Bytes(24)))), 1, 2, 0);
    }

    private static void Many(MadeRepository made)
    {
        byte[] content = made.Bytes(10);
        byte[] chunk = made.Chunk(content);
        string name = made.Saveset(Enumerable.Range(0, 20_000).Select(i => Nodes.File($"f{i:00000}", chunk, 10)));
        made.Knows(name, "f00500", MadeRepository.Print(content));
    }

    private static void WideInner(MadeRepository made)
    {
        byte[] leaf = made.Node(Nodes.Leaf());
        made.Saveset(made.Node(Nodes.Node("inner", 1, Enumerable.Range(0, 200_000).Select(i => Nodes.Inner($"{i:000000}", leaf)))), 1, 0, 0);
    }
}
