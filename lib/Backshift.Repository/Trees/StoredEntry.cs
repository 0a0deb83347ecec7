using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using MessagePack;

namespace Backshift.Repository.Trees;

/// <summary>An entry of an entry tree: the keys of an entry record, and where its content is; see backshift-repository(5), "Entry tree".</summary>
public sealed class StoredEntry
{
    private const int MaxPartsInEntry = 65536;

    public StoredEntry(EntryRecord entry) => Entry = entry;

    public EntryRecord Entry { get; }

    public BytePath Path => Entry.Path;

    /// <summary>The content, if there is a list of it in the entry itself.</summary>
    public IReadOnlyList<ContentPart> Parts { get; set; } = [];

    /// <summary>The root of the list of parts, if there are too many for the entry.</summary>
    public ListReference? List { get; set; }

    /// <summary>Why what is stored is not what was there, or null.</summary>
    public string? Problem { get; set; }

    /// <summary>Reads the map of an entry.</summary>
    /// <exception cref="BackshiftException">A key has a value it cannot have.</exception>
    /// <exception cref="MessagePackSerializationException">A value is of the wrong type.</exception>
    public static StoredEntry ReadFrom(ref MessagePackReader reader)
    {
        IReadOnlyList<ContentPart> parts = [];
        ListReference? list = null;
        string? problem = null;
        EntryRecord entry = EntryRecord.ReadKeys(ref reader, (scoped ReadOnlySpan<byte> key, ref MessagePackReader value) =>
        {
            switch (key)
            {
                case var _ when key.SequenceEqual("content"u8): parts = ReadParts(ref value); return true;
                case var _ when key.SequenceEqual("list"u8): list = ListReference.ReadFrom(ref value); return true;
                case var _ when key.SequenceEqual("problem"u8): problem = RecordText.ReadString(ref value, 16384, "problem"); return true;
                default: return false;
            }
        });
        return new StoredEntry(entry) { Parts = parts, List = list, Problem = problem };
    }

    /// <summary>Writes the map of the entry.</summary>
    public void WriteTo(ref MessagePackWriter writer)
    {
        writer.WriteMapHeader(Entry.KeyCount + (Parts.Count == 0 ? 0 : 1) + (List is null ? 0 : 1) + (Problem is null ? 0 : 1));
        Entry.WriteKeys(ref writer);
        if (Parts.Count > 0)
        {
            writer.WriteString("content"u8);
            WriteParts(ref writer, Parts);
        }

        if (List is not null)
        {
            writer.WriteString("list"u8);
            List.WriteTo(ref writer);
        }

        if (Problem is not null)
        {
            writer.WriteString("problem"u8);
            writer.Write(Problem);
        }
    }

    internal static void WriteParts(ref MessagePackWriter writer, IReadOnlyList<ContentPart> parts)
    {
        writer.WriteArrayHeader(parts.Count * 2);
        foreach (ContentPart part in parts)
        {
            WritePart(ref writer, part);
        }
    }

    internal static void WritePart(ref MessagePackWriter writer, ContentPart part)
    {
        if (part.Digest is { } digest)
        {
            digest.WriteTo(ref writer);
        }
        else
        {
            writer.WriteNil();
        }

        writer.Write(part.Size);
    }

    internal static IReadOnlyList<ContentPart> ReadParts(ref MessagePackReader reader)
    {
        int count = reader.ReadArrayHeader();
        if (count % 2 != 0 || count > MaxPartsInEntry * 2)
        {
            throw new BackshiftException(ExitCode.DataError, "an entry has a list of content that does not fit");
        }

        ContentPart[] parts = new ContentPart[count / 2];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = ReadPart(ref reader);
        }

        return parts;
    }

    internal static ContentPart ReadPart(ref MessagePackReader reader)
    {
        Digest? digest = reader.TryReadNil() ? null : ReadDigest(ref reader);
        long size = RecordText.ReadCount(ref reader, long.MaxValue, "length of a part");
        return size > 0 ? new ContentPart(digest, size) : throw new BackshiftException(ExitCode.DataError, "a part of a file has no length");
    }

    internal static Digest ReadDigest(ref MessagePackReader reader)
    {
        ReadOnlySpan<byte> bytes = RecordText.ReadSpan(ref reader, Digest.Size, "digest");
        return bytes.Length == Digest.Size ? new Digest(bytes) : throw new BackshiftException(ExitCode.DataError, $"a digest is {bytes.Length} bytes long");
    }
}
