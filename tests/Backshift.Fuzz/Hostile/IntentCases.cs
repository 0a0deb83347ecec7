using Backshift.Fuzz.Repositories;
using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Hostile;

/// <summary>Intents and fences: whatever they say, every saveset can be read, saves go on, and a collection deletes nothing that is needed.</summary>
internal static class IntentCases
{
    internal static IEnumerable<HostileCase> All =>
    [
        new("intent-plain", Expected.Sound, static made => Put(made, Body(1), 1)),
        new("intent-garbage", Expected.Damaged, static made => { Some(made); made.Write($"intents/{Objects.Hex(made.NewName())}~1", made.Bytes(500)); }),
        new("intent-odd-name", Expected.Either, static made => { Some(made); made.Write($"intents/{Objects.Hex(made.NewName())}", made.Bytes(500)); }),
        new("intent-of-another", Expected.Damaged, static made => Put(made, Body(1), 1, isOther: true)),
        new("intent-of-another-number", Expected.Damaged, static made => Put(made, Body(1), 2)),
        new("intent-is-a-saveset", Expected.Damaged, static made => Put(made, made.Body(), 1, letter: 'S')),
        new("intent-body-is-array", Expected.Damaged, static made => Put(made, Value.List(Value.Nil), 1)),
        new("intent-no-kind", Expected.Damaged, static made => Put(made, Body(1).Without("kind"), 1)),
        new("intent-unknown-kind", Expected.Sound, static made => Put(made, Body(1).Without("kind").With("kind", Value.Of("dance")), 1)),
        new("intent-last-number", Expected.Sound, static made => Put(made, Body(long.MaxValue), long.MaxValue)),
        new("intent-number-negative", Expected.Damaged, static made => Put(made, Body(-1), 1)),
        new("intent-far-future", Expected.Either, static made => Put(made, Body(1).With("since", Value.Time(253_402_300_799)), 1)),
        new("intent-for-terminals", Expected.Sound,
            static made => Put(made, Body(1).With("host", Value.Of("\u001b[31m\n\u202e")).With("process", Value.Of((Int128)1)), 1)),
        new("intent-long-host", Expected.Either, static made => Put(made, Body(1).With("host", Value.Of(new string('h', 100_000))), 1)),
        new("intent-honours-a-million", Expected.Either,
            static made => Put(made, Body(1).With("honours", Value.List(Enumerable.Range(0, 1_000_000).Select(_ => Value.Of(made.NewName())))), 1)),
        new("intent-honours-short-names", Expected.Damaged,
            static made => Put(made, Body(1).With("honours", Value.List(Value.Of((byte[])[1, 2, 3]))), 1)),
        new("intents-thousand", Expected.Sound, Many),
        new("fence-plain", Expected.Sound, static made => Put(made, Body(1), 0)),
        new("fence-garbage", Expected.Damaged, static made => { Some(made); made.Write($"intents/{Objects.Hex(made.NewName())}!", made.Bytes(500)); }),
        new("fence-of-another", Expected.Damaged, static made => Put(made, Body(1), 0, isOther: true)),
        new("fence-and-intent", Expected.Sound, FenceAndIntent),
    ];

    private static Value Body(long number) => Value.Map(Value.Of("number"), Value.Of((Int128)number), Value.Of("kind"), Value.Of("save"));

    private static void Some(MadeRepository made)
    {
        byte[] content = made.Bytes(100);
        string name = made.Saveset(Nodes.File("f", made.Chunk(content), 100));
        made.Knows(name, "f", MadeRepository.Print(content));
        made.Finish();
    }

    /// <summary>An intent with a number, or a fence if that is 0.</summary>
    private static void Put(MadeRepository made, Value body, long number, char letter = 'I', bool isOther = false)
    {
        Some(made);
        byte[] name = made.NewName();
        Write(made, isOther ? made.NewName() : name, name, body, number, letter);
    }

    private static void Write(MadeRepository made, byte[] file, byte[] name, Value body, long number, char letter) =>
        made.Write($"intents/{Objects.Hex(file)}{(number == 0 ? "!" : $"~{number}")}", Objects.Small(letter, name, body));

    private static void Many(MadeRepository made)
    {
        Some(made);
        for (int i = 0; i < 1000; i++)
        {
            byte[] name = made.NewName();
            Write(made, name, name, Body(1), 1, 'I');
        }
    }

    private static void FenceAndIntent(MadeRepository made)
    {
        Some(made);
        byte[] name = made.NewName();
        Write(made, name, name, Body(1), 1, 'I');
        Write(made, name, name, Body(1), 0, 'I');
    }
}
