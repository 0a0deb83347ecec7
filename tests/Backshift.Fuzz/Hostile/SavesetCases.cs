using Backshift.Fuzz.Repositories;
using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Hostile;

/// <summary>Savesets that are not what their place says, or not what they say.</summary>
internal static class SavesetCases
{
    internal static IEnumerable<HostileCase> All =>
    [
        new("saveset-swapped", Expected.Damaged, Swapped),
        new("saveset-of-another-host", Expected.Damaged, static made => Misplaced(made, body => body.Without("host").With("host", Value.Of("victim")))),
        new("saveset-of-another-subset", Expected.Damaged, static made => Misplaced(made, static body => body.With("subset", Value.Of("part")))),
        new("saveset-of-another-time", Expected.Damaged,
            static made => Misplaced(made, static body => body.Without("started").With("started", Value.Time(1_600_000_000)))),
        new("saveset-host-climbs", Expected.Damaged,
            static made => Misplaced(made, static body => body.Without("host").With("host", Value.Of("../../outside")))),
        new("saveset-forged-checkpoint", Expected.Damaged, ForgedCheckpoint),
        new("saveset-checkpoints", Expected.Either, Checkpoints),
        new("saveset-sums-wrong", Expected.Damaged, static made => made.Saveset(made.Node(Nodes.Leaf(Nodes.Entry("a", "dir"))), 0, 5, 5)),
        new("saveset-sums-negative", Expected.Damaged, static made => made.Saveset(made.Node(Nodes.Leaf(Nodes.Entry("a", "dir"))), 0, -1, 0)),
        new("saveset-future", Expected.Either, Future),
        new("saveset-far-future", Expected.Either,
            static made => made.Write("savesets/h/99991231T235959Z", Objects.Small('S', made.NewName(), Body(made, 253_402_300_799)))),
        new("saveset-no-root", Expected.Either,
            static made => made.Publish(made.Body().With("entries", Value.Of((Int128)0)).With("bytes", Value.Of((Int128)0)))),
        new("saveset-incomplete", Expected.Either,
            static made =>
            made.Publish(made.Body().Without("complete").With("complete", Value.Of(false)).With("reason", Value.Of("\u001b[1mit was cut"))
            .With("root", Value.Of(made.Node(Nodes.Leaf(Nodes.Entry("a", "dir"))))).With("entries", Value.Of((Int128)1)))),
        new("saveset-million-bases", Expected.Either, static made => Bases(made, 1_000_000)),
        new("saveset-8-million-bases", Expected.Either, static made => Bases(made, 8_000_000)),
        new("saveset-key-twice", Expected.Damaged, static made => Bare(made, static body => body.With("complete", Value.Of(false)))),
        new("saveset-deep", Expected.Either, Deep),
        new("saveset-body-is-array", Expected.Damaged,
            static made => made.Write("savesets/h/20230101T000000Z", Objects.Small('S', made.NewName(), Value.List(Value.Nil)))),
        new("saveset-length-lies", Expected.Damaged, LengthLies),
        new("saveset-host-odd", Expected.Either, static made => Bare(made, static body => body.Without("host").With("host", Value.Of("a@b\u001b[31m")))),
        new("saveset-program-text", Expected.Either,
            static made => Bare(made, static body => body.Without("program").With("program", Value.Of("\u001b[31m\n\u202e")))),
        new("problems-garbage", Expected.Damaged, static made => Problems(made, made.Bytes(300))),
        new("problems-other-record", Expected.Damaged,
            static made => Problems(made, ValueWriter.Encode(Value.Map(Value.Of("kind"), Value.Of("problem"), Value.Of("text"), Value.Of((Int128)5))))),
        new("problems-hole", Expected.Damaged,
            static made =>
            Bare(made,
            static body =>
            body.With("problems", Value.Map(Value.Of("count"), Value.Of((Int128)1), Value.Of("content"), Value.List(Value.Nil, Value.Of((Int128)100)))))),
        new("problems-count-wrong", Expected.Either, static made => Problems(made, Problem("p", "text"), count: 7)),
        new("problems-plain", Expected.Sound, static made => Problems(made, Problem("p", "text"))),
        new("problems-for-terminals", Expected.Sound, static made => Problems(made, Problem("p\u001b[31m\n", "\u001b[2J\u202e\n"))),
        new("problems-missing", Expected.Damaged,
            static made =>
            Bare(made,
            body => body.With("problems",
            Value.Map(Value.Of("count"), Value.Of((Int128)1), Value.Of("content"), Value.List(Value.Of(made.Bytes(24)), Value.Of((Int128)100)))))),
        new("problems-cut", Expected.Damaged, static made => Problems(made, Problem("p", "a text that is cut")[..^4])),
        new("problems-list-dag", Expected.Either, ProblemDag),
    ];

    private static Value Body(MadeRepository made, long started) =>
        made.Body().Without("started").With("started", Value.Time(started)).With("root", Value.Of(made.Node(Nodes.Leaf(Nodes.Entry("a", "dir")))))
        .With("level", Value.Of((Int128)0)).With("entries", Value.Of((Int128)1)).With("bytes", Value.Of((Int128)0));

    /// <summary>A saveset of one directory, whose body is changed.</summary>
    private static void Bare(MadeRepository made, Action<Value> change)
    {
        Value body = Body(made, 1_650_000_000);
        change(body);
        made.Write("savesets/h/20220415T052000Z", Objects.Small('S', made.NewName(), body));
    }

    private static void Misplaced(MadeRepository made, Action<Value> change)
    {
        made.Saveset(Nodes.Entry("good", "dir"));
        Bare(made, change);
    }

    private static void Swapped(MadeRepository made)
    {
        byte[] first = made.Bytes(100), second = made.Bytes(100);
        string one = made.Saveset(Nodes.File("f", made.Chunk(first), 100)), two = made.Saveset(Nodes.File("f", made.Chunk(second), 100));
        string a = made.At($"savesets/h/{one[2..]}"), b = made.At($"savesets/h/{two[2..]}");
        File.Move(a, a + ".x");
        File.Move(b, a);
        File.Move(a + ".x", b);
        made.Knows(one, "f", MadeRepository.Print(first));
        made.Knows(two, "f", MadeRepository.Print(second));
    }

    private static void ForgedCheckpoint(MadeRepository made)
    {
        byte[] save = made.Bytes(16);
        byte[] content = made.Bytes(100);
        Value victim = made.Body("victim").With("root", Value.Of(made.Node(Nodes.Leaf(Nodes.File("f", made.Chunk(content), 100)))))
            .With("level", Value.Of((Int128)0)).With("entries", Value.Of((Int128)1)).With("bytes", Value.Of((Int128)100));
        string name = made.Publish(victim);
        made.Knows(name, "f", MadeRepository.Print(content));
        string time = MadeRepository.Time(victim);
        made.Write($"savesets/evil/{time}",
            Objects.Small('S', made.NewName(),
            Body(made, 1_650_000_000).Without("host").With("host", Value.Of("victim")).With("checkpoint", Value.Of((Int128)1)).With("save", Value.Of(save))));
        made.Write("savesets/evil/20220415T052000Z",
            Objects.Small('S', made.NewName(), Body(made, 1_650_000_000).Without("host").With("host", Value.Of("evil")).With("save", Value.Of(save))));
    }

    private static void Checkpoints(MadeRepository made)
    {
        byte[] save = made.Bytes(16);
        foreach (int number in (int[])[1, 2, 3])
        {
            made.Write($"savesets/h/20220415T052000Z~{number}",
                Objects.Small('S', made.NewName(),
                Body(made, 1_650_000_000).Without("complete").With("complete", Value.Of(false)).With("checkpoint", Value.Of((Int128)number))
                .With("save", Value.Of(save))));
        }
    }

    private static void Future(MadeRepository made)
    {
        made.Saveset(Nodes.Entry("now", "dir"));
        made.Write("savesets/h/21000101T000000Z", Objects.Small('S', made.NewName(), Body(made, 4_102_444_800)));
    }

    private static void Bases(MadeRepository made, int count) => Bare(made, body => body.With("bases", Value.List(Enumerable.Repeat(Value.Of(""), count))));

    private static void Deep(MadeRepository made)
    {
        byte[] body = ValueWriter.Encode(Body(made, 1_650_000_000).With("x", Value.Nil));
        made.Write("savesets/h/20220415T052000Z", Objects.Small('S', made.NewName(), [.. body[..^1], .. Enumerable.Repeat((byte)0x91, 4_000_000), 0xc0]));
    }

    private static void LengthLies(MadeRepository made)
    {
        byte[] data = [.. Objects.Header('S', made.NewName()), .. Objects.U32(uint.MaxValue), .. ValueWriter.Encode(Body(made, 1_650_000_000))];
        made.Write("savesets/h/20220415T052000Z", [.. data, .. System.Security.Cryptography.SHA256.HashData(data)]);
    }

    private static byte[] Problem(string path, string text) =>
        ValueWriter.Encode(Value.Map(Value.Of("kind"), Value.Of("problem"), Value.Of("path"), Value.Of(System.Text.Encoding.UTF8.GetBytes(path)),
        Value.Of("stage"), Value.Of("bs-walk"), Value.Of("text"), Value.Of(text)));

    private static void Problems(MadeRepository made, byte[] records, int count = 1) =>
        Bare(made,
            body => body.With("problems",
            Value.Map(Value.Of("count"), Value.Of((Int128)count), Value.Of("content"),
            Value.List(Value.Of(made.Node(records)), Value.Of((Int128)records.Length)))));

    private static void ProblemDag(MadeRepository made)
    {
        byte[] problem = Problem("p", "text");
        Int128 length = problem.Length;
        byte[] list = made.Node(Nodes.Node("list", 0, Nodes.Part(made.Node(problem), length)));
        for (int level = 1; level <= 32; level++)
        {
            list = made.Node(Nodes.Node("list", level, Nodes.Part(list, length), Nodes.Part(list, length)));
            length *= 2;
        }

        Bare(made,
            body => body.With("problems",
            Value.Map(Value.Of("count"), Value.Of((Int128)1 << 32), Value.Of("list"),
            Value.Map(Value.Of("id"), Value.Of(list), Value.Of("level"), Value.Of((Int128)32)))));
    }
}
