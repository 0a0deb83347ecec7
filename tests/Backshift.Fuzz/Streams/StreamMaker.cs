using System.Text;
using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Streams;

/// <summary>Makes streams of backshift-stream(5).</summary>
internal sealed class StreamMaker
{
    private readonly Random chance;
    private readonly Intent intent;
    private readonly PathMaker paths;
    private readonly EntryMaker entries;
    private readonly ContentMaker contents;
    private readonly List<Value> records = [];
    private readonly List<byte[]> linkable = [];
    private readonly List<byte[]> all = [];

    private StreamMaker(Random chance, Intent intent, ChunkBook book, List<byte[]> held)
    {
        this.chance = chance;
        this.intent = intent;
        paths = new PathMaker(chance, intent);
        entries = new EntryMaker(chance, intent);
        contents = new ContentMaker(chance, intent, book, held);
    }

    /// <summary>A stream of a host, with the time at which it was started.</summary>
    /// <param name="chance">Source of chance.</param>
    /// <param name="mood">How well it is meant.</param>
    /// <param name="book">Gets all chunks.</param>
    /// <param name="held">What the repository holds already.</param>
    /// <param name="host">Whose it is.</param>
    /// <param name="started">In seconds since 1970.</param>
    internal static MadeStream Make(Random chance, Mood mood, ChunkBook book, List<byte[]> held, string host, long started)
    {
        Intent intent = new(mood, chance);
        StreamMaker maker = new(chance, intent, book, held);
        maker.Begin(host, started);
        int count = chance.Next(30) == 0 ? chance.Next(500, 3000) : chance.Next(0, 40);
        for (int i = 0; i < count; i++)
        {
            maker.Entry(plain: count > 100);
        }

        maker.End(count);
        using MemoryStream bytes = new();
        foreach (Value record in maker.records)
        {
            bytes.Write(ValueWriter.Encode(record, mood == Mood.Valid ? null : chance));
        }

        byte[] encoded = bytes.ToArray();
        encoded = intent.Has(Malice.Spoilt) ? StreamSpoiler.Spoil(encoded, maker.records, chance) : intent.Has(Malice.Cut)
            ? encoded[..chance.Next(encoded.Length)] : encoded;
        return new MadeStream(mood, maker.records, encoded);
    }

    private void Begin(string host, long started)
    {
        Value begin = Value.Map(Value.Of("kind"), Value.Of("begin"), Value.Of("version"), Value.Of((Int128)1), Value.Of("host"), Value.Of(host),
            Value.Of("started"), Value.Time(started));
        if (intent.IsOdd && chance.Next(4) == 0)
        {
            begin.With("subset", Value.Of(chance.Next(2) == 0 ? "part" : "p\u00e4rt/of it %+~"));
        }

        if (intent.IsOdd && chance.Next(4) == 0)
        {
            begin.With("x-begin", entries.Any(4)).With("stages", Value.List(Value.Of("bs-walk")))
                .With("estimate", Value.Map(Value.Of("source"), Value.Of("guess"), Value.Of("entries"), Value.Of((Int128)5)));
        }

        if (intent.Has(Malice.Host))
        {
            string[] hosts = ["", "a@b", "../x", ".", "..", "a/b", "localhost", new string('h', 300), "h\u0001", "\u001b[31m"];
            begin.Without("host").With("host", Value.Of(hosts[chance.Next(hosts.Length)]));
        }

        if (intent.Has(Malice.Started))
        {
            begin.Without("started").With("started", entries.Time());
        }

        records.Add(begin);
    }

    private void Entry(bool plain)
    {
        if (intent.IsOdd && chance.Next(12) == 0)
        {
            Between();
        }

        string type = entries.Type();
        if (all.Count > 0 && chance.Next(8) == 0 && (intent.IsOdd || linkable.Count > 0))
        {
            Link();
            return;
        }

        byte[] path = Path();
        byte[]? target = type == "symlink" ? Encoding.UTF8.GetBytes(intent.Has(Malice.TargetWithNul) ? "a\0b" : $"../target {chance.Next()}") : null;
        Value entry = entries.Make(path, type, target);
        all.Add(path);
        if ((type == "dir" && path is not [(byte)'.']) || (intent.Has(Malice.BelowOthers) && chance.Next(3) == 0))
        {
            paths.AddDirectory(path);
        }
        else if (type != "socket" && type != "door")
        {
            linkable.Add(path);
        }

        List<Value> content = [];
        if (type == "file" && !plain)
        {
            (content, Int128 size) = contents.Make();
            entry.With("size", Value.Of(intent.IsOdd && chance.Next(6) == 0 ? chance.Next(10_000) : size));
        }
        else if (type == "file")
        {
            entry.With("size", Value.Of((Int128)0));
        }

        if (type == "file" && (content.Count > 0 || chance.Next(2) == 0 || intent.Mood == Mood.Odd) || (intent.Has(Malice.StrayContent) && chance.Next(4) == 0))
        {
            entry.With("content", Value.Of(true));
        }

        records.Add(entry);
        if (intent.Has(Malice.StrayContent) && chance.Next(4) == 0)
        {
            content = contents.Make().Records;
        }

        records.AddRange(content);
        if (intent.IsOdd && chance.Next(10) == 0)
        {
            After(path);
        }
    }

    private byte[] Path()
    {
        if (intent.Has(Malice.Path) && chance.Next(10) == 0)
        {
            return paths.Forbidden("p"u8.ToArray());
        }

        if (intent.IsOdd && chance.Next(200) == 0)
        {
            return "."u8.ToArray();
        }

        return intent.IsOdd && all.Count > 0 && chance.Next(12) == 0 ? all[chance.Next(all.Count)] : paths.Next();
    }

    private void Link()
    {
        byte[] target = intent.IsOdd && chance.Next(3) == 0
            ? chance.Next(5) switch { 0 => "nowhere"u8.ToArray(), 1 => paths.Next(), _ => all[chance.Next(all.Count)] }
            : linkable.Count > 0 ? linkable[chance.Next(linkable.Count)] : "nowhere"u8.ToArray();
        byte[] path = intent.IsOdd && chance.Next(15) == 0 ? target : Path();
        if (path.Length == 0 || target.Length == 0)
        {
            return;
        }

        all.Add(path);
        records.Add(entries.Make(path, "link", target));
    }

    /// <summary>What may stand between entries.</summary>
    private void Between()
    {
        switch (chance.Next(3))
        {
            case 0: records.Add(Problem(Encoding.UTF8.GetBytes($"skipped {chance.Next()}"), marks: false)); break;
            case 1: records.Add(Value.Map(Value.Of("kind"), Value.Of($"x-{chance.Next(3)}"), Value.Of("k"), entries.Any(6))); break;
            default: records.Add(Problem(all.Count > 0 ? all[^1] : "first"u8.ToArray(), marks: chance.Next(2) == 0)); break;
        }
    }

    /// <summary>What may come behind an entry and its content.</summary>
    private void After(byte[] path)
    {
        if (chance.Next(2) == 0)
        {
            records.Add(Problem(path, marks: true));
            return;
        }

        byte[] piece = new byte[chance.Next(0, 20)];
        records.Add(Value.Map(Value.Of("kind"), Value.Of("fork"), Value.Of("path"), Value.Of(intent.Has(Malice.ForeignStream) ? "another"u8.ToArray() : path),
            Value.Of("name"), Value.Of($"stream {chance.Next(100)}"), Value.Of("size"), Value.Of((Int128)piece.Length), Value.Of("offset"), Value.Of((Int128)0),
                Value.Of("bytes"), Value.Of(piece)));
    }

    private Value Problem(byte[] path, bool marks)
    {
        Value problem = Value.Map(Value.Of("kind"), Value.Of("problem"), Value.Of("path"), Value.Of(path), Value.Of("stage"), Value.Of("x-test"),
            Value.Of("text"), Value.Of($"trouble {chance.Next(1000)} \u001b[1m"));
        return marks ? problem.With("marks", Value.Of(true)) : problem.With("errno", Value.Of((Int128)chance.Next(100)));
    }

    private void End(int count)
    {
        Value end = Value.Map(Value.Of("kind"), Value.Of("end"), Value.Of("entries"), Value.Of((Int128)(!intent.IsOdd ? count : chance.Next())),
            Value.Of("stage"), Value.Of("fuzz"));
        records.Add(end);
    }
}
