using Backshift.Fuzz.Repositories;
using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Hostile;

/// <summary>Tags: whatever they say of a saveset, its contents can be read unless they say that these are gone.</summary>
internal static class TagCases
{
    internal static IEnumerable<HostileCase> All =>
    [
        new("tags-plain", Expected.Sound, static made => Put(made, static body => body.With("tags", Value.List(Value.Of("kept"))))),
        new("tags-empty", Expected.Sound, static made => Put(made, static body => body.With("tags", Value.List()))),
        new("tags-garbage", Expected.Damaged, static made => made.Write(Path(Some(made), 1), made.Bytes(500))),
        new("tags-of-another-host", Expected.Damaged, static made => Put(made, static body => body.Without("host").With("host", Value.Of("victim")))),
        new("tags-of-another-subset", Expected.Damaged, static made => Put(made, static body => body.With("subset", Value.Of("part")))),
        new("tags-of-another-time", Expected.Damaged,
            static made => Put(made, static body => body.Without("time").With("time", Value.Of("20010101T000000Z")))),
        new("tags-of-another-number", Expected.Damaged, static made => Put(made, static body => body.Without("number").With("number", Value.Of((Int128)7)))),
        new("tags-time-climbs", Expected.Damaged,
            static made => Put(made, static body => body.Without("time").With("time", Value.Of("../../../outside")))),
        new("tags-of-nothing", Expected.Sound, static made =>
        {
            Some(made);
            Write(made, "20010101T000000Z", 1, Body("20010101T000000Z", 1));
        }),
        new("tags-last-number", Expected.Either, static made => Write(made, Some(made), long.MaxValue, number: long.MaxValue)),
        new("tags-two-numbers", Expected.Sound, static made =>
        {
            string time = Some(made);
            Write(made, time, 1, number: 1);
            Write(made, time, 2, number: 2);
        }),
        new("tags-highest-is-garbage", Expected.Damaged, static made =>
        {
            string time = Some(made);
            Write(made, time, 1, number: 1);
            made.Write(Path(time, 2), made.Bytes(500));
        }),
        new("tags-words-for-terminals", Expected.Either,
            static made => Put(made, static body => body.With("tags", Value.List(Value.Of("\u001b[31m\n\u202e"))))),
        new("tags-note-for-terminals", Expected.Either, static made => Put(made, static body => body.With("note", Value.Of("\u001b[2J\n\u202e")))),
        new("tags-note-too-long", Expected.Either, static made => Put(made, static body => body.With("note", Value.Of(new string('n', 100_000))))),
        new("tags-million-words", Expected.Either,
            static made => Put(made, static body => body.With("tags", Value.List(Enumerable.Range(0, 1_000_000).Select(static i => Value.Of($"word{i}")))))),
        new("tags-words-are-numbers", Expected.Damaged, static made => Put(made, static body => body.With("tags", Value.List(Value.Of((Int128)5))))),
        new("tags-hold", Expected.Sound, static made => Put(made, static body => body.With("hold", Value.Of(true)))),
        new("tags-hold-is-text", Expected.Damaged, static made => Put(made, static body => body.With("hold", Value.Of("yes")))),
        new("tags-damaged-though-sound", Expected.Either, static made => Put(made, static body => body.With("damaged", Value.Time(1_700_000_000)))),
        new("tags-far-future", Expected.Either,
            static made => Put(made, static body => body.With("made", Value.Time(253_402_300_799)).With("received", Value.Time(253_402_300_799)))),
        new("tags-key-twice", Expected.Damaged, static made => Put(made, static body => body.With("host", Value.Of("victim")))),
        new("tags-body-is-array", Expected.Damaged, static made =>
        {
            string time = Some(made);
            made.Write(Path(time, 1), Objects.Small('T', made.NewName(), Value.List(Value.Nil)));
        }),
        new("tags-is-a-saveset", Expected.Damaged, static made =>
        {
            string time = Some(made);
            made.Write(Path(time, 1), Objects.Small('S', made.NewName(), made.Body()));
        }),
    ];

    private static string Path(string time, long number) => $"tags/h/{time}~{number}";

    private static Value Body(string time, long number) => Value.Map(
        Value.Of("host"), Value.Of("h"), Value.Of("time"), Value.Of(time), Value.Of("number"), Value.Of((Int128)number));

    /// <summary>Makes a saveset; returns the name of its file.</summary>
    private static string Some(MadeRepository made)
    {
        byte[] content = made.Bytes(100);
        string name = made.Saveset(Nodes.File("f", made.Chunk(content), 100));
        made.Knows(name, "f", MadeRepository.Print(content));
        made.Finish();
        return name[(name.IndexOf('@', StringComparison.Ordinal) + 1)..];
    }

    private static void Put(MadeRepository made, Func<Value, Value> change)
    {
        string time = Some(made);
        Write(made, time, 1, change(Body(time, 1)));
    }

    private static void Write(MadeRepository made, string time, long file, long number) => Write(made, time, file, Body(time, number));

    private static void Write(MadeRepository made, string time, long file, Value body) =>
        made.Write(Path(time, file), Objects.Small('T', made.NewName(), body));
}
