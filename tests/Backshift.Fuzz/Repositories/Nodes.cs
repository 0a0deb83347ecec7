using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Repositories;

/// <summary>Nodes of entry trees and lists as bytes.</summary>
internal static class Nodes
{
    internal static byte[] Node(string kind, Int128 level, params IEnumerable<Value> items)
    {
        ValueWriter writer = new();
        writer.Write(Value.Map(Value.Of("node"), Value.Of(kind), Value.Of("level"), Value.Of(level)));
        foreach (Value item in items)
        {
            writer.Write(item);
        }

        return writer.ToArray();
    }

    internal static byte[] Leaf(params IEnumerable<Value> entries) => Node("leaf", 0, entries);

    internal static Value Inner(string firstPath, byte[] digest) => Value.List(Value.Of(Latin(firstPath)), Value.Of(digest));

    internal static Value Entry(string path, string type = "file") =>
        Value.Map(Value.Of("path"), Value.Of(Latin(path)), Value.Of("type"), Value.Of(type), Value.Of("mode"), Value.Of((Int128)0x1a4));

    internal static Value Link(string path, string target, string type = "link") => Entry(path, type).With("target", Value.Of(Latin(target)));

    /// <summary>A file of one chunk.</summary>
    internal static Value File(string path, byte[] digest, Int128 length) => File(path, length, [(digest, length)]);

    /// <summary>A file of such a size that says that it has these parts; a digest of null is a hole.</summary>
    internal static Value File(string path, Int128 size, IEnumerable<(byte[]? Digest, Int128 Length)> parts) =>
        Entry(path).With("size", Value.Of(size))
            .With("content", Value.List(parts.SelectMany(static part => (Value[])[Digest(part.Digest), Value.Of(part.Length)])));

    /// <summary>A file whose content is in list nodes.</summary>
    internal static Value Listed(string path, Int128 size, byte[] id, Int128 level) =>
        Entry(path).With("size", Value.Of(size)).With("list", Value.Map(Value.Of("id"), Value.Of(id), Value.Of("level"), Value.Of(level)));

    internal static Value Part(byte[]? digest, Int128 length) => Value.List(Digest(digest), Value.Of(length));

    private static Value Digest(byte[]? digest) => digest is null ? Value.Nil : Value.Of(digest);

    private static byte[] Latin(string text) => System.Text.Encoding.Latin1.GetBytes(text);
}
