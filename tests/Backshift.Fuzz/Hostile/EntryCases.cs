using Backshift.Fuzz.Repositories;
using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Hostile;

/// <summary>Entries that are in the wrong place, or hold what they must not.</summary>
internal static class EntryCases
{
    internal static IEnumerable<HostileCase> All =>
    [
        new("entry-out-of-order", Expected.Damaged, static made => made.Saveset(Nodes.Entry("b", "dir"), Nodes.Entry("a", "dir"))),
        new("entry-twice", Expected.Damaged, static made => made.Saveset(Nodes.Entry("a", "dir"), Nodes.Entry("a", "dir"))),
        new("entry-order-of-slash", Expected.Damaged,
            static made => made.Saveset(Nodes.Entry("a", "dir"), Nodes.Entry("a.b", "dir"), Nodes.Entry("a/b", "dir"))),
        .. ((string[])["../x", "/x", "a/../x", "a//b", "./x", "a/", "..", "", "a/./b", "a\0b", new string('a', 70_000)]).Select(static path =>
            new HostileCase($"entry-path-{(path.Length > 20 ? "long" : path.Replace('/', '_').Replace('\0', '0'))}", Expected.Damaged,
                made => made.Saveset(Nodes.Entry("A", "dir"), Nodes.Entry(path, "fifo")))),
        new("entry-below-symlink", Expected.Either, static made => Below(made, Nodes.Link("a", made.Outside, "symlink"))),
        new("entry-below-file", Expected.Either, static made => Below(made, Nodes.Entry("a").With("size", Value.Of((Int128)0)))),
        new("entry-below-fifo", Expected.Either, static made => Below(made, Nodes.Entry("a", "fifo"))),
        new("entry-below-link", Expected.Either, static made => Below(made, Nodes.Link("a", "Z"), Nodes.Entry("Z").With("size", Value.Of((Int128)0)))),
        new("entry-top-is-symlink", Expected.Either, static made => made.Saveset(Nodes.Link(".", made.Outside, "symlink"), Nodes.Entry("a", "dir"))),
        new("entry-link-to-directory", Expected.Damaged, static made => made.Saveset(Nodes.Entry("a", "dir"), Nodes.Link("b", "a"))),
        new("entry-link-to-link", Expected.Either, LinkToLink),
        new("entry-link-to-itself", Expected.Damaged, static made => made.Saveset(Nodes.Link("a", "a"))),
        new("entry-links-in-a-circle", Expected.Damaged, static made => made.Saveset(Nodes.Link("a", "b"), Nodes.Link("b", "a"))),
        new("entry-link-to-nothing", Expected.Damaged, static made => made.Saveset(Nodes.Entry("a", "dir"), Nodes.Link("b", "x"))),
        new("entry-link-to-escape", Expected.Damaged, static made => made.Saveset(Nodes.Entry("a", "dir"), Nodes.Link("b", "../x"))),
        new("entry-link-forward", Expected.Sound, LinkForward),
        new("entry-link-with-content", Expected.Either, LinkWithContent),
        new("entry-links-many", Expected.Sound, ManyLinks),
        new("entry-symlink-nul", Expected.Damaged, static made => made.Saveset(Nodes.Link("s", "a\0b", "symlink"))),
        new("entry-symlink-no-target", Expected.Damaged, static made => made.Saveset(Nodes.Entry("s", "symlink"))),
        new("entry-symlink-empty-target", Expected.Either, static made => made.Saveset(Nodes.Link("s", "", "symlink"))),
        new("entry-xattr-nul", Expected.Damaged,
            static made => made.Saveset(Nodes.Entry("a", "dir").With("xattrs", Value.Map(Value.Of("user.a\0b=c"u8.ToArray()), Value.Of("v"u8.ToArray()))))),
        new("entry-xattr-odd", Expected.Either,
            static made =>
            made.Saveset(Nodes.Entry("a", "dir")
            .With("xattrs", Value.Map(Value.Of(""u8.ToArray()), Value.Of(""u8.ToArray()), Value.Of("=\n"u8.ToArray()), Value.Of(made.Bytes(70_000)))))),
        new("entry-xattr-twice", Expected.Either,
            static made =>
            made.Saveset(Nodes.Entry("a", "dir")
            .With("xattrs", Value.Map(Value.Of("u.a"u8.ToArray()), Value.Of("1"u8.ToArray()), Value.Of("u.a"u8.ToArray()), Value.Of("2"u8.ToArray()))))),
        new("entry-type-unknown", Expected.Either, static made => made.Saveset(Nodes.Entry("a", "door"), Nodes.Entry("b", "dir"))),
        new("entry-type-missing", Expected.Damaged, static made => made.Saveset(Nodes.Entry("a").Without("type"))),
        new("entry-path-missing", Expected.Damaged, static made => made.Saveset(Nodes.Entry("a").Without("path"))),
        new("entry-socket", Expected.Sound, static made => made.Saveset(Nodes.Entry("a", "socket"), Nodes.Link("b", "a"))),
        new("entry-device-without-rdev", Expected.Either, static made => made.Saveset(Nodes.Entry("a", "char"))),
        new("entry-content-of-directory", Expected.Either,
            static made =>
            made.Saveset(Nodes.Entry("a", "dir").With("size", Value.Of((Int128)100))
            .With("content", Value.List(Value.Of(made.Chunk(100)), Value.Of((Int128)100))))),
        new("entry-key-twice", Expected.Damaged, static made => made.Saveset(Nodes.Entry("a", "dir").With("mode", Value.Of((Int128)0)))),
        new("entry-deep-key", Expected.Either, static made => made.Saveset(Nodes.Entry("a", "dir").With("x-deep", Deep(40)))),
        new("entry-very-deep-key", Expected.Damaged, VeryDeep),
        new("entry-many-keys", Expected.Either,
            static made =>
            made.Saveset(Value.Map([.. Nodes.Entry("a", "dir").Items,
            .. Enumerable.Range(0, 3000).SelectMany(static i => (Value[])[Value.Of($"x-{i}"), Value.Nil])]))),
        new("entry-times-at-limits", Expected.Sound,
            static made =>
            made.Saveset(Nodes.Entry("a", "dir").With("mtime", Value.Time(long.MaxValue, 999_999_999)),
            Nodes.Entry("b", "dir").With("mtime", Value.Time(long.MinValue)))),
        new("entry-time-wrong", Expected.Damaged, static made => made.Saveset(Nodes.Entry("a", "dir").With("mtime", Value.Time(0, 1_000_000_000)))),
        new("entry-mode-large", Expected.Damaged, static made => made.Saveset(Nodes.Entry("a", "dir").Without("mode").With("mode", Value.Of((Int128)0x10000)))),
        new("entry-problem-text", Expected.Sound, static made => made.Saveset(Nodes.Entry("a", "dir").With("problem", Value.Of("\u001b[31mred\u202e\n")))),
        new("entry-problem-number", Expected.Damaged, static made => made.Saveset(Nodes.Entry("a", "dir").With("problem", Value.Of((Int128)5)))),
        new("entry-owner-names", Expected.Either,
            static made =>
            made.Saveset(Nodes.Entry("a", "dir").With("user", Value.OfText([0x1b, (byte)'[', 0x9b, 0xff])).With("group", Value.Of("a\n\u0085b")))),
        new("entry-names-for-terminals", Expected.Sound,
            static made => made.Saveset(Nodes.Entry("\u001b]0;x\u0007\u009b\n", "dir"), Nodes.Link("s", "\u001b[2J\n\u009b31m", "symlink"))),
        new("entry-long-paths", Expected.Sound,
            static made =>
            made.Saveset(Enumerable.Range(0, 100)
            .Select(i => Nodes.Entry($"{i:000}{string.Concat(Enumerable.Repeat("/" + new string('x', 250), 250))}", "dir")))),
    ];

    private static void Below(MadeRepository made, params IEnumerable<Value> above)
    {
        byte[] content = made.Bytes(30);
        List<Value> entries = [.. above];
        entries.Add(Nodes.File("a/sentinel", made.Chunk(content), 30));
        made.Saveset(entries.OrderBy(static entry => System.Text.Encoding.Latin1.GetString(entry["path"]!.Content), StringComparer.Ordinal));
    }

    private static void LinkToLink(MadeRepository made)
    {
        byte[] content = made.Bytes(30);
        made.Saveset(Nodes.File("a", made.Chunk(content), 30), Nodes.Link("b", "a"), Nodes.Link("c", "b"));
    }

    private static void LinkForward(MadeRepository made)
    {
        byte[] content = made.Bytes(30);
        string name = made.Saveset(Nodes.Link("a", "z"), Nodes.Link("b", "z"), Nodes.File("z", made.Chunk(content), 30));
        made.Knows(name, "z", MadeRepository.Print(content));
    }

    private static void LinkWithContent(MadeRepository made) =>
        made.Saveset(Nodes.File("a", made.Chunk(30), 30),
            Nodes.Link("b", "a").With("size", Value.Of((Int128)40)).With("content", Value.List(Value.Of(made.Chunk(40)), Value.Of((Int128)40))));

    private static void ManyLinks(MadeRepository made) =>
        made.Saveset([.. Enumerable.Range(0, 20_000).Select(i => Nodes.Link($"a{i:00000}", $"z{i:00000}")),
            .. Enumerable.Range(0, 20_000).Select(i => Nodes.Entry($"z{i:00000}", "fifo"))]);

    private static Value Deep(int depth) => depth == 0 ? Value.Nil : Value.List(Deep(depth - 1));

    private static void VeryDeep(MadeRepository made)
    {
        byte[] entry = ValueWriter.Encode(Nodes.Entry("a", "dir").With("x", Value.Nil));
        made.Saveset(made.Node([.. Nodes.Leaf(), .. entry[..^1], .. Enumerable.Repeat((byte)0x91, 4_000_000), 0xc0]), 0, 1, 0);
    }
}
