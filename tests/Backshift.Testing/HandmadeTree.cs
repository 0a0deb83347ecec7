using System.Buffers;
using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;
using MessagePack;

namespace Backshift.Testing;

/// <summary>Records savesets with exactly the entries of a test; our own writer would leave some of them out and reorder links.</summary>
public static class HandmadeTree
{
    /// <summary>Publishes a saveset.</summary>
    /// <param name="writer">The repository.</param>
    /// <param name="saveset">Whose it is and when it began; what it has is filled in here.</param>
    /// <param name="entries">In any order; of those with the same path the last is kept. Their parts are stored already.</param>
    /// <param name="problems">The problem records.</param>
    public static Saveset Save(RepositoryWriter writer, Saveset saveset, IEnumerable<StoredEntry> entries, params IReadOnlyList<ProblemRecord> problems)
    {
        SortedDictionary<BytePath, StoredEntry> sorted = [];
        foreach (StoredEntry entry in entries)
        {
            sorted[entry.Path] = entry;
        }

        TreeWriter tree = new(writer.Chunks, null);
        ArrayBufferWriter<byte> bytes = new();
        long size = 0;
        foreach (StoredEntry entry in sorted.Values)
        {
            ListWriter parts = new(writer.Chunks);
            foreach (ContentPart part in entry.Parts)
            {
                parts.Add(part);
            }

            if (entry.Entry.Type == EntryType.File)
            {
                entry.Entry.Size ??= parts.Size;
                size += entry.Entry.Size.Value;
            }

            // A list of them comes in their place where they are many.
            entry.Parts = [];
            parts.FinishInto(entry);
            tree.Add(entry.Path.Span, Encode(bytes, entry.WriteTo));
        }

        (Digest Root, int Level)? root = tree.Finish();
        StoredEntry list = new(new EntryRecord { Path = BytePath.Of("problems"), Type = EntryType.File });
        if (problems.Count > 0)
        {
            byte[] records = [.. problems.SelectMany(problem => Encode(bytes, problem.WriteTo).ToArray())];
            list.Parts = [new ContentPart(writer.Chunks.AddNode(records), records.Length)];
        }

        writer.Chunks.Publish();
        return SavesetWriter.PublishUnderFreeName(
            writer.Directory,
                saveset with { Root = root?.Root, Level = root?.Level ?? 0, Entries = sorted.Count, Bytes = size, Problems = problems.Count,
                ProblemList = list });
    }

    /// <summary>An entry of a type that a later version may have.</summary>
    public static EntryRecord Later(string path, string type) =>
        EntryRecord.ReadFrom(new ReadOnlySequence<byte>(Encode(new ArrayBufferWriter<byte>(), (ref MessagePackWriter record) =>
    {
        record.WriteMapHeader(3);
        record.Write("kind");
        record.Write("entry");
        record.Write("path");
        record.Write(Encoding.UTF8.GetBytes(path));
        record.Write("type");
        record.Write(type);
    }).ToArray()));

    private delegate void Encoder(ref MessagePackWriter writer);

    private static ReadOnlySpan<byte> Encode(ArrayBufferWriter<byte> bytes, Encoder encode)
    {
        bytes.ResetWrittenCount();
        MessagePackWriter writer = new(bytes);
        encode(ref writer);
        writer.Flush();
        return bytes.WrittenSpan;
    }
}
