using System.Text;
using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Streams;

/// <summary>Makes the keys of an entry besides its path.</summary>
internal sealed class EntryMaker(Random chance, Intent intent)
{
    private static readonly string[] Types = ["file", "dir", "symlink", "fifo", "char", "block"];
    private static readonly string[] Reserved = ["list", "problem", "source", "earlier", "content", "kind", "target", "path", "level", "node", "streams"];

    // So that no stream becomes larger than a test can bear.
    private const int LargeKeys = 3;

    private int large;

    /// <summary>A type; files are most.</summary>
    internal string Type()
    {
        if (intent.Has(Malice.Type) && chance.Next(10) == 0)
        {
            return "door";
        }

        return intent.IsOdd && chance.Next(25) == 0 ? "socket" : chance.Next(2) == 0 ? "file" : Types[chance.Next(Types.Length)];
    }

    internal Value Make(byte[] path, string type, byte[]? target)
    {
        Value entry = Value.Map(Value.Of("kind"), Value.Of("entry"), Value.Of("path"), Bytes(path), Value.Of("type"), Value.Of(type));
        if (target is not null)
        {
            entry.With("target", Bytes(target));
        }

        Maybe(entry, "mode", () => chance.Next(0x1000));
        Maybe(entry, "uid", Id);
        Maybe(entry, "gid", Id);
        Maybe(entry, "dev", Large);
        Maybe(entry, "ino", Large);
        Maybe(entry, "nlink", () => !intent.IsOdd ? chance.Next(1, 4) : Int128.Min(Large(), long.MaxValue));
        Maybe(entry, "flags", () => chance.Next(1 << 20));
        foreach (string key in (string[])["mtime", "ctime", "btime"])
        {
            if (chance.Next(2) == 0)
            {
                entry.With(key, Time());
            }
        }

        if (chance.Next(5) == 0)
        {
            entry.With("user", Value.Of("someone")).With("group", Value.OfText(Encoding.UTF8.GetBytes(chance.Next(2) == 0 ? "" : "gr\u00fcppe")));
        }

        if (type is "char" or "block" && (!intent.Has(Malice.NoDevice) || chance.Next(4) == 0))
        {
            entry.With("rdev", Value.List(Value.Of((Int128)chance.Next(4096)), Value.Of((Int128)chance.Next(1 << 20))));
        }

        if (chance.Next(6) == 0)
        {
            entry.With("xattrs", Attributes());
        }

        if (intent.IsOdd)
        {
            AddUnknown(entry);
        }

        return entry;
    }

    private void AddUnknown(Value entry)
    {
        for (int i = chance.Next(6) - 3; i > 0; i--)
        {
            entry.With($"x-{i}-{chance.Next(1000)}", Any(chance.Next(intent.Has(Malice.DeepKey) ? 20 : 8)));
        }

        if (intent.Has(Malice.ReservedKey) && chance.Next(5) == 0)
        {
            entry.With(Reserved[chance.Next(Reserved.Length)], Any(3));
        }

        if (large < LargeKeys && chance.Next(intent.Has(Malice.LargeKey) ? 10 : 300) == 0)
        {
            large++;
            entry.With("x-big", Value.Of(new byte[chance.Next(100_000, intent.Has(Malice.LargeKey) ? 8_500_000 : 900_000)]));
        }

        if (intent.Has(Malice.KeyTwice) && chance.Next(10) == 0)
        {
            entry.With("mode", Value.Of((Int128)1));
        }
    }

    /// <summary>Any value, so deep.</summary>
    internal Value Any(int depth) => chance.Next(depth > 0 ? 9 : 7) switch
    {
        0 => Value.Nil,
        1 => Value.Of(chance.Next(2) == 0),
        2 => Value.Of(Large()),
        3 => Value.Of(-Large() / 2),
        4 => Value.Of("text\u001b[31m"),
        5 => Value.Of([1, 0, 255]),
        6 => Value.OfFloat([0x7f, 0xf8, 0, 0, 0, 0, 0, 1]),
        7 => Value.List(Enumerable.Range(0, chance.Next(1, 4)).Select(_ => Any(depth - 1))),
        _ => Value.Map(Value.Of("k"), Any(depth - 1), Value.Of((Int128)5), Any(depth - 1)),
    };

    private Value Attributes()
    {
        List<Value> items = [];
        for (int i = chance.Next(0, 5); i > 0; i--)
        {
            byte[] name = [.. "user.a"u8, (byte)('0' + i), .. intent.Has(Malice.AttributeName) && chance.Next(2) == 0 ? (byte[])[0, (byte)'='] : []];
            items.Add(Bytes(name));
            items.Add(Value.Of(new byte[chance.Next(intent.IsOdd && chance.Next(20) == 0 ? 70_000 : 50)]));
        }

        return Value.Map(items);
    }

    private void Maybe(Value entry, string key, Func<Int128> value)
    {
        if (chance.Next(2) == 0)
        {
            entry.With(key, Value.Of(value()));
        }
    }

    private Int128 Id() => intent.IsOdd && chance.Next(10) == 0 ? uint.MaxValue : chance.Next(3000);

    private Int128 Large() =>
        chance.Next(4) switch { 0 => 0, 1 => chance.Next(), 2 => long.MaxValue, _ => !intent.IsOdd ? chance.NextInt64() : ulong.MaxValue };

    internal Value Time() => !intent.IsOdd || chance.Next(8) > 0
        ? Value.Time(chance.NextInt64(0, 4_000_000_000), (uint)chance.Next(1_000_000_000))
        : Value.Time(chance.Next(4) switch { 0 => long.MaxValue, 1 => long.MinValue, 2 => -1, _ => 1L << 34 }, (uint)(chance.Next(2) == 0 ? 0 : 999_999_999));

    private Value Bytes(byte[] bytes) => chance.Next(10) == 0 ? Value.OfText(bytes) : Value.Of(bytes);
}
