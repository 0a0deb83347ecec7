using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Streams;

/// <summary>What a stream says, as a reader of backshift-stream(5) takes it that goes on as far as it can.</summary>
internal sealed class StreamContents
{
    internal Value? Begin { get; private set; }

    internal List<StreamEntry> Entries { get; } = [];

    internal List<StreamProblem> Problems { get; } = [];

    /// <summary>Whether the bytes are whole records, the first a begin and the last an end.</summary>
    internal bool IsWhole { get; private set; }

    /// <summary>Whether a chunk came whose bytes are not those of its digest.</summary>
    internal bool HasWrongChunk { get; private set; }

    /// <summary>The names that bs-ls lists, in the order of the stream: sockets are not listed, and a directory ends in a slash.</summary>
    internal IEnumerable<string> ListedNames() =>
        Entries.Where(static entry => entry.Type != "socket").Select(static entry => entry.Type == "dir" ? entry.Path + "/" : entry.Path);

    internal static StreamContents Read(ReadOnlySpan<byte> stream, ChunkBook book)
    {
        StreamContents contents = new();
        (List<Value> values, bool whole) = ValueReader.ReadAll(stream);
        bool ended = false;
        for (int i = 0; i < values.Count; i++)
        {
            string kind = StreamEntry.Name(values[i]["kind"]);
            contents.Take(kind, values[i], book);
            ended = kind == "end" && i == values.Count - 1;
        }

        contents.IsWhole = whole && ended && contents.Begin is not null && ReferenceEquals(values[0], contents.Begin);
        return contents;
    }

    private void Take(string kind, Value record, ChunkBook book)
    {
        StreamEntry? last = Entries.Count > 0 ? Entries[^1] : null;
        switch (kind)
        {
            case "begin": Begin ??= record; break;
            case "entry": Entries.Add(new StreamEntry(record)); break;
            case "hole": last?.Parts.Add((null, record["size"]?.Number ?? 0)); break;
            case "fork" when last is not null: last.HasStreams |= StreamEntry.Name(record["path"]) == last.Path; break;
            case "data" when record["bytes"] is { } data && data.Content.Length > 0: last?.Parts.Add((book.Add(data.Content), data.Content.Length)); break;
            case "problem":
                bool marks = record["marks"] is { Kind: ValueKind.Bool } mark && mark.Number == 1;
                Problems.Add(new StreamProblem(StreamEntry.Name(record["path"]), StreamEntry.Name(record["text"]), marks));
                if (marks)
                {
                    last?.Marks.Add(StreamEntry.Name(record["text"]));
                }

                break;
            case "chunk":
                byte[]? digest = record["digest"]?.Content;
                if (record["bytes"] is { Content.Length: > 0 } bytes)
                {
                    byte[] own = book.Add(bytes.Content);
                    HasWrongChunk |= digest is not null && !own.AsSpan().SequenceEqual(digest);
                    digest = own;
                }

                last?.Parts.Add((digest ?? [], record["size"]?.Number ?? 0));
                break;
        }
    }
}
