using System.Text;
using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Streams;

/// <summary>An entry of a stream with what came after it.</summary>
internal sealed class StreamEntry
{
    /// <summary>Keys that mean something in a stream or a tree, and are not compared as what others put there.</summary>
    private static readonly string[] Known = ["kind", "path", "type", "mode", "uid", "gid", "user", "group", "size", "mtime", "ctime", "btime", "dev", "ino",
        "nlink", "target", "rdev", "xattrs", "flags", "source", "content", "earlier", "list", "problem"];

    private readonly Value record;

    internal StreamEntry(Value record)
    {
        this.record = record;
        Path = Name(record["path"]);
        Type = Name(record["type"]);
        Target = Name(record["target"]);
    }

    /// <summary>The path, a character a byte.</summary>
    internal string Path { get; }

    internal string Type { get; }

    /// <summary>The target, a character a byte.</summary>
    internal string Target { get; }

    internal bool IsLink => Type == "link";

    /// <summary>Chunks (digest and length) and holes (null and length) in their order.</summary>
    internal List<(byte[]? Digest, Int128 Size)> Parts { get; } = [];

    /// <summary>Texts of the problems that mark the entry.</summary>
    internal List<string> Marks { get; } = [];

    /// <summary>Whether pieces of forks came.</summary>
    internal bool HasStreams { get; set; }

    internal static string Name(Value? value) => value is null ? "" : Encoding.Latin1.GetString(value.Content);

    /// <summary>Whether all of its chunks are known with the right lengths.</summary>
    internal bool CanBeWhole(ChunkBook book) => Parts.TrueForAll(part => part.Digest is null || book.Find(part.Digest)?.Length == part.Size);

    /// <summary>What its content is, or null if a chunk is not known.</summary>
    internal string? Content(ChunkBook book)
    {
        using ContentPrint print = new();
        foreach ((byte[]? digest, Int128 size) in Parts)
        {
            if (digest is null)
            {
                print.AddHole(size);
            }
            else if (book.Find(digest) is { } bytes && bytes.Length == size)
            {
                print.Add(bytes);
            }
            else
            {
                return null;
            }
        }

        return print.Finish();
    }

    /// <summary>What the inode is, whatever its name: type, owner, times and so on. Not its size, which follows from the content.</summary>
    internal string Inode => string.Join(' ', InodeKeys(record).Append($"type={Type}").Append(Type == "symlink" ? $"target={Target}" : ""));

    /// <summary>What of the inode a link repeats.</summary>
    internal string Repeated => string.Join(' ', InodeKeys(record));

    /// <summary>Keys that no program here knows.</summary>
    internal string Unknown =>
        string.Join(' ', Pairs(record).Where(static pair => !Known.Contains(pair.Key)).Select(static pair => $"{pair.Key}={pair.Value.Meaning}"));

    private static IEnumerable<string> InodeKeys(Value record)
    {
        foreach (string key in (string[])["mode", "uid", "gid", "user", "group", "mtime", "ctime", "btime", "dev", "ino", "nlink", "rdev", "xattrs", "flags"])
        {
            if (record[key] is { } value)
            {
                yield return $"{key}={(key is "user" or "group" ? Convert.ToHexString(value.Content) : key == "xattrs" ? Attributes(value) : value.Meaning)}";
            }
        }
    }

    private static string Attributes(Value value) =>
        string.Join(';',
        value.Items.Chunk(2).Select(static pair => $"{Convert.ToHexString(pair[0].Content)}={Convert.ToHexString(pair[^1].Content)}")
        .Order(StringComparer.Ordinal));

    private static IEnumerable<(string Key, Value Value)> Pairs(Value record) => record.Items.Chunk(2).Select(static pair => (Name(pair[0]), pair[1]));
}
