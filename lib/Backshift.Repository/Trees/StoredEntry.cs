using Backshift.Posix;
using Backshift.Records;
using MessagePack;

namespace Backshift.Repository.Trees;

/// <summary>An entry of an entry tree: the keys of an entry record, and where its content is; see backshift-repository(5), "Entry tree".</summary>
public sealed partial class StoredEntry
{
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
        StoredEntry stored = new(EntryRecord.Empty());
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            if (map.Is("content"u8)) { stored.Parts = ReadParts(ref reader); }
            else if (map.Is("list"u8)) { stored.List = ListReference.ReadFrom(ref reader); }
            else if (map.Is("problem"u8)) { stored.Problem = RecordText.ReadString(ref reader, StreamLimits.Text, "problem"); }

            // Of a stream alone: no writer puts them here, and no reader makes anything of them.
            else if (map.Is("kind"u8) || map.Is("source"u8) || map.Is("earlier"u8)) { reader.Skip(); }
            else { stored.Entry.ReadKey(ref map, ref reader); }
        }

        stored.Entry.FinishReading(map);
        if (stored.Parts.Count > 0 && stored.List is not null)
        {
            throw Damaged($"{stored.Path}: has both content and list");
        }

        if ((stored.Parts.Count > 0 || stored.List is not null) && stored.Entry.Type is not (EntryType.File or EntryType.Unknown))
        {
            throw Damaged($"{stored.Path}: has content but is not a file");
        }

        return stored;
    }

    /// <summary>Reads an entry that <paramref name="encoded"/> holds and nothing else.</summary>
    /// <exception cref="BackshiftException">It is longer than an entry may be, or a key has a value it cannot have.</exception>
    /// <exception cref="MessagePackSerializationException">A value is of the wrong type.</exception>
    internal static StoredEntry ReadWhole(ReadOnlyMemory<byte> encoded)
    {
        if (encoded.Length > TreeLimits.Entry)
        {
            throw Damaged($"an entry takes {encoded.Length} bytes, more than {TreeLimits.Entry}");
        }

        if (TryReadPlain(encoded.Span) is { } plain)
        {
            return plain;
        }

        MessagePackReader reader = new(encoded);
        StoredEntry entry = ReadFrom(ref reader);
        return reader.End ? entry : throw Damaged("the length of an entry does not match its keys");
    }

    /// <summary>
    /// Verifies the encoding of this entry. A glance is enough for most: their keys were parsed and checked against their limits when they were read from the
    /// stream. An entry with a problem, or with unknown keys, is parsed in full.
    /// </summary>
    /// <exception cref="BackshiftException">A reader would refuse it.</exception>
    /// <exception cref="MessagePackSerializationException">A value is of the wrong type.</exception>
    internal void CheckEncoded(ReadOnlyMemory<byte> encoded)
    {
        bool isUsual = Problem is null && Entry.Unknown.Count == 0 && encoded.Length <= TreeLimits.LongNode
            && EntryGlance.TryRead(encoded.Span, out EntryGlance glance) && glance.Length == encoded.Length && glance.IsFile == (Entry.Type == EntryType.File)
            && glance.Size == Entry.Size && glance.Path.SequenceEqual(Entry.Path.Span) && (glance.IsFile || glance.ContentStart == 0);
        if (!isUsual)
        {
            ReadWhole(encoded);
        }
    }

    /// <summary>The type of the entry and, of a file, its size.</summary>
    /// <param name="encoded">An entry that was read before.</param>
    internal static EntryType KindOf(ReadOnlySpan<byte> encoded, out long size)
    {
        if (EntryGlance.TryReadKind(encoded, out EntryType type, out size))
        {
            return type;
        }

        EntryRecord entry = ReadWhole(encoded.ToArray()).Entry;
        size = entry.Type == EntryType.File ? entry.Size ?? 0 : 0;
        return entry.Type;
    }

    /// <summary>Whether a key of a stream's entry would be taken for one that an entry of a tree alone has.</summary>
    internal static bool IsReserved(ReadOnlySpan<byte> key) => key.SequenceEqual("list"u8) || key.SequenceEqual("problem"u8);

    /// <summary>Writes the map of the entry.</summary>
    public void WriteTo(ref MessagePackWriter writer)
    {
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            Entry.WriteKeys(ref map, ref writer);
            if (map.Key(ref writer, "content"u8, Parts.Count > 0))
            {
                WriteParts(ref writer, Parts);
            }

            if (map.Key(ref writer, "list"u8, List is not null))
            {
                List!.WriteTo(ref writer);
            }

            map.Text(ref writer, "problem"u8, Problem);
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
        if (count % 2 != 0 || count > TreeLimits.MostPartsInEntry * 2)
        {
            throw Damaged("an entry has an inconsistent list of content");
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
        return size > 0 ? new ContentPart(digest, size) : throw Damaged("a part of a file has no length");
    }

    internal static Digest ReadDigest(ref MessagePackReader reader)
    {
        ReadOnlySpan<byte> bytes = RecordText.ReadSpan(ref reader, Digest.Size, "digest");
        return bytes.Length == Digest.Size ? new Digest(bytes) : throw Damaged($"a digest is {bytes.Length} bytes long");
    }

    internal static BackshiftException Damaged(string what) => new(ExitCode.DataError, what) { Fault = what };
}
