using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Parts;

/// <summary>Streams that mean well, for programs that are to be looked at while they do their work.</summary>
internal static class SmallStreams
{
    /// <summary>As bs-walk writes it: files that are still to be read.</summary>
    internal static byte[] Walked(string host) => Encode(
        Begin(host),
        Value.Map(Value.Of("kind"), Value.Of("entry"), Value.Of("path"), Value.Of("a"u8.ToArray()), Value.Of("type"), Value.Of("dir")),
        Value.Map(Value.Of("kind"), Value.Of("entry"), Value.Of("path"), Value.Of("f"u8.ToArray()), Value.Of("type"), Value.Of("file"), Value.Of("size"),
        Value.Of((Int128)100), Value.Of("mtime"), Value.Time(1_600_000_000)),
        End());

    /// <summary>As bs-chunk writes it.</summary>
    internal static byte[] Cut(string host, params IEnumerable<(string Path, byte[] Content)> files) => Encode(
        [Begin(host), .. files.SelectMany(static file => (Value[])[
            Value.Map(Value.Of("kind"), Value.Of("entry"), Value.Of("path"), Value.Of(System.Text.Encoding.UTF8.GetBytes(file.Path)), Value.Of("type"),
            Value.Of("file"), Value.Of("size"), Value.Of((Int128)file.Content.Length), Value.Of("content"), Value.Of(true)),
            .. file.Content.Chunk(1000)
                .Select(static piece =>
                Value.Map(Value.Of("kind"), Value.Of("chunk"), Value.Of("size"), Value.Of((Int128)piece.Length), Value.Of("bytes"), Value.Of(piece)))]),
                End()]);

    private static Value Begin(string host) =>
        Value.Map(Value.Of("kind"), Value.Of("begin"), Value.Of("version"), Value.Of((Int128)1), Value.Of("host"), Value.Of(host), Value.Of("started"),
        Value.Time(1_760_000_000));

    private static Value End() => Value.Map(Value.Of("kind"), Value.Of("end"));

    private static byte[] Encode(params IEnumerable<Value> records) => [.. records.SelectMany(static record => ValueWriter.Encode(record))];
}
