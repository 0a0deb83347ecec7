using Backshift.Fuzz.Repositories;
using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Hostile;

/// <summary>Condemned lists: whatever they say, what can be read is read, and no save builds on what they name.</summary>
internal static class CondemnedCases
{
    internal static IEnumerable<HostileCase> All =>
    [
        new("condemned-all-packs", Expected.Either, static made => List(made, Packs(made))),
        new("condemned-twice", Expected.Either, static made => { List(made, Packs(made)); List(made, Packs(made)); }),
        new("condemned-missing-packs", Expected.Either, static made => List(made, [.. Enumerable.Range(0, 1000).Select(_ => made.NewName())])),
        new("condemned-900000-packs", Expected.Either, static made => List(made, [.. Enumerable.Range(0, 900_000).Select(_ => made.NewName())])),
        new("condemned-names-short", Expected.Either, static made => List(made, [[1, 2, 3], []])),
        new("condemned-no-list", Expected.Either, static made => Put(made, Value.Map(Value.Of("packs"), Value.Of((Int128)5)))),
        new("condemned-empty", Expected.Either, static made => Put(made, Value.Map())),
        new("condemned-reason-for-terminals", Expected.Either,
            static made =>
            Put(made,
            Value.Map(Value.Of("made"), Value.Time(1_700_000_000), Value.Of("packs"), Value.List(Packs(made).Select(Value.Of)), Value.Of("reason"),
            Value.Of("\u001b[31m\n\u202e")))),
        new("condemned-is-a-saveset", Expected.Either,
            static made => { Some(made); byte[] name = made.NewName(); made.Write($"condemned/{Objects.Hex(name)}", Objects.Small('S', name, made.Body())); }),
        new("condemned-garbage", Expected.Either, static made => { Some(made); made.Write($"condemned/{Objects.Hex(made.NewName())}", made.Bytes(500)); }),
    ];

    private static void Some(MadeRepository made)
    {
        byte[] content = made.Bytes(100);
        string name = made.Saveset(Nodes.File("f", made.Chunk(content), 100));
        made.Knows(name, "f", MadeRepository.Print(content));
        made.Finish();
    }

    /// <summary>The names of all packs; makes some if there are none.</summary>
    private static List<byte[]> Packs(MadeRepository made)
    {
        Some(made);
        return [.. Directory.GetFiles(made.At("packs"), "*", SearchOption.AllDirectories).Select(static file => Convert.FromHexString(Path.GetFileName(file)))];
    }

    private static void List(MadeRepository made, List<byte[]> packs)
    {
        Some(made);
        Put(made,
            Value.Map(Value.Of("made"), Value.Time(1_700_000_000), Value.Of("packs"), Value.List(packs.Select(Value.Of)), Value.Of("reason"),
            Value.Of("damaged")));
    }

    private static void Put(MadeRepository made, Value body)
    {
        Some(made);
        byte[] name = made.NewName();
        made.Write($"condemned/{Objects.Hex(name)}", Objects.Small('D', name, body));
    }
}
