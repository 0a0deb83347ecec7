using Backshift.Fuzz.Repositories;
using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Hostile;

/// <summary>Configurations from the future, or from nobody who means well.</summary>
internal static class ConfigCases
{
    internal static IEnumerable<HostileCase> All =>
    [
        With("sealing", static config => config.With("sealing", Value.Map(Value.Of("name"), Value.Of("aes-256-gcm")))),
        With("requires", static config => config.With("requires", Value.List(Value.Of("what-nobody-knows")))),
        With("requires-odd", static config => config.With("requires", Value.Of((Int128)5))),
        With("cutter-name", static config => Change(config["cutter"]!, "name", Value.Of("zz99"))),
        With("cutter-average", static config => Change(config["cutter"]!, "average", Value.Of((Int128)5000))),
        With("cutter-seed", static config => Change(config["cutter"]!, "seed", Value.Of(new byte[31]))),
        With("cutter-missing", static config => config.Without("cutter")),
        With("codec-unknown", static config => Change(config, "codec", Value.Of("\u001b[31mzip:99"))),
        With("codec-level", static config => Change(config, "codec", Value.Of("zstd:2000000000"))),
        With("block-0", static config => Change(config, "block", Value.Of((Int128)0))),
        With("block-large", static config => Change(config, "block", Value.Of((Int128)1 << 40))),
        With("pack-1", static config => Change(config, "pack", Value.Of((Int128)1))),
        With("pack-large", static config => Change(config, "pack", Value.Of((Int128)ulong.MaxValue))),
        With("unknown-key", static config => config.With("x-new", Value.Of(new byte[1_000_000]))),
        With("empty", static config => config.Items.Clear()),
        new("config-version", Expected.Damaged, static made => Header(made, 10, 2)),
        new("config-version-0", Expected.Damaged, static made => Header(made, 10, 0)),
        new("config-sealed", Expected.Damaged, static made => Header(made, 9, 1)),
        new("config-type", Expected.Damaged, static made => Header(made, 8, (byte)'S')),
        new("config-flags", Expected.Either, static made => Header(made, 11, 255)),
    ];

    private static HostileCase With(string name, Action<Value> change) => new($"config-{name}", Expected.Either, made =>
    {
        Some(made);
        Value config = MadeRepository.Config();
        change(config);
        made.WriteConfig(config);
    });

    private static void Some(MadeRepository made)
    {
        byte[] content = made.Bytes(100);
        string name = made.Saveset(Nodes.File("f", made.Chunk(content), 100));
        made.Knows(name, "f", MadeRepository.Print(content));
    }

    private static void Change(Value map, string key, Value value) => map.Without(key).With(key, value);

    private static void Header(MadeRepository made, int at, byte value)
    {
        Some(made);
        byte[] config = Objects.Small('C', made.NewName(), MadeRepository.Config());
        config[at] = value;
        Resigning.Object(config);
        made.Write("backshift", config);
    }
}
