using System.Globalization;
using Backshift.Fuzz.Streams;
using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Repositories;

/// <summary>A repository that is written file by file, with whatever somebody wants to be in it.</summary>
internal sealed class MadeRepository
{
    /// <summary>Instead of a print of content: a reader must not give the file and end with 0.</summary>
    internal const string Refused = "refused";

    private readonly List<Block> contents = [];
    private readonly List<Block> nodes = [];
    private readonly HashSet<string> stored = [];
    private long second;

    internal MadeRepository(string root, string outside, Random chance)
    {
        Root = root;
        Outside = outside;
        Chance = chance;
        Directory.CreateDirectory(root);
        File.WriteAllText(At("CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\n");
        WriteConfig(Config());
    }

    internal string Root { get; }

    /// <summary>A directory outside, of which nothing may be changed.</summary>
    internal string Outside { get; }

    internal Random Chance { get; }

    internal ChunkBook Book { get; } = new();

    /// <summary>Names of savesets, and of each the prints of files as far as it is plain what they are.</summary>
    internal Dictionary<string, Dictionary<string, string>> Truth { get; } = [];

    /// <summary>Whether a run is written for the packs; without one they are found all the same.</summary>
    internal bool HasRun { get; set; } = true;

    internal string At(string name) => Path.Combine(Root, name);

    internal byte[] NewName()
    {
        byte[] name = new byte[Objects.NameSize];
        Chance.NextBytes(name);
        return name;
    }

    internal static Value Config() => Value.Map(
        Value.Of("created"), Value.Time(1_700_000_000),
        Value.Of("cutter"),
        Value.Map(Value.Of("name"), Value.Of("p16"), Value.Of("average"), Value.Of((Int128)16384), Value.Of("seed"),
        Value.Of("backshift public cutter seed v1."u8.ToArray())),
        Value.Of("block"), Value.Of((Int128)65536),
        Value.Of("pack"), Value.Of((Int128)(1 << 20)),
        Value.Of("codec"), Value.Of("zstd:3"));

    internal void WriteConfig(Value config) => Write("backshift", Objects.Small('C', NewName(), config));

    internal void Write(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllBytes(At(name), content);
    }

    /// <summary>Stores a chunk of a file, unless it is there.</summary>
    internal byte[] Chunk(byte[] content)
    {
        byte[] digest = Book.Add(content);
        if (stored.Add(Convert.ToHexString(digest)))
        {
            contents.Add(Block.Of(Chance.Next(2) == 0, content));
        }

        return digest;
    }

    /// <summary>Any bytes as a chunk, small and unlike the others.</summary>
    internal byte[] Chunk(int length = 100) => Chunk(Bytes(length));

    internal byte[] Bytes(int length)
    {
        byte[] content = new byte[length];
        Chance.NextBytes(content);
        return content;
    }

    /// <summary>Stores a node.</summary>
    internal byte[] Node(byte[] content)
    {
        byte[] digest = Book.Add(content);
        if (stored.Add(Convert.ToHexString(digest)))
        {
            nodes.Add(Block.Of(Chance.Next(2) == 0, content));
        }

        return digest;
    }

    /// <summary>Adds a block to the pack of contents.</summary>
    internal void Add(Block block, bool isNode = false) => (isNode ? nodes : contents).Add(block);

    internal static string Print(params IEnumerable<byte[]> chunks)
    {
        using ContentPrint print = new();
        foreach (byte[] chunk in chunks)
        {
            print.Add(chunk);
        }

        return print.Finish();
    }

    /// <summary>Publishes a saveset with these entries.</summary>
    internal string Saveset(params IEnumerable<Value> entries)
    {
        List<Value> all = [.. entries];
        (byte[] root, int level) = new TreeMaker(this).Make(all);
        Int128 bytes = 0;
        foreach (Value size in all.Where(static entry => entry["type"] is { } type && type.Is("file")).Select(static entry => entry["size"]).OfType<Value>())
        {
            bytes += size.Number;
        }

        return Saveset(root, level, all.Count, bytes);
    }

    internal string Saveset(byte[] root, Int128 level, Int128 entries, Int128 bytes) =>
        Publish(Body().With("root", Value.Of(root)).With("level", Value.Of(level)).With("entries", Value.Of(entries)).With("bytes", Value.Of(bytes)));

    internal Value Body(string host = "h")
    {
        long started = 1_700_000_000 + second++;
        return Value.Map(Value.Of("host"), Value.Of(host), Value.Of("started"), Value.Time(started), Value.Of("finished"), Value.Time(started + 1),
            Value.Of("complete"), Value.Of(true), Value.Of("packs"),
            Value.Map(Value.Of("count"), Value.Of((Int128)0), Value.Of("names"), Value.Of(Array.Empty<byte>())), Value.Of("program"), Value.Of("fuzz"));
    }

    /// <summary>Publishes a saveset under the name that its body says.</summary>
    internal string Publish(Value body)
    {
        string host = StreamEntry.Name(body["host"]), time = Time(body);
        Write($"savesets/{host}/{time}", Objects.Small('S', NewName(), body));
        string name = $"{host}@{time}";
        Truth.TryAdd(name, []);
        return name;
    }

    /// <summary>The name of the file of a saveset that started then.</summary>
    internal static string Time(Value body)
    {
        long seconds = System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(body["started"]!.Content.AsSpan(4));
        return DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
    }

    /// <summary>Says what a file of a saveset is.</summary>
    internal void Knows(string saveset, string path, string print) => Truth[saveset][path] = print;

    /// <summary>Writes what was added as packs, and a run.</summary>
    internal void Finish()
    {
        List<byte[]> names = [];
        List<IReadOnlyList<Block>> packs = [];
        foreach ((List<Block> blocks, bool isNodes) in ((List<Block>, bool)[])[(contents, false), (nodes, true)])
        {
            if (blocks.Count > 0)
            {
                names.Add(NewName());
                packs.Add([.. blocks]);
                WritePack(names[^1], PackMaker.Make(names[^1], isNodes, blocks));
            }
        }

        if (HasRun && packs.Count > 0)
        {
            byte[] run = NewName();
            Write($"index/{Objects.Hex(run)}", RunMaker.Make(run, names, [], [], RunMaker.Entries(packs)));
        }

        contents.Clear();
        nodes.Clear();
    }

    internal void WritePack(byte[] name, byte[] pack) => Write($"packs/{Objects.Hex(name)[..2]}/{Objects.Hex(name)}", pack);
}
