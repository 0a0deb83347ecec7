using Backshift.Posix;
using MessagePack;

namespace Backshift.Records;

/// <summary>
/// The values that show whether an entry is of interest, read in place. Most entries of an incremental save are only looked at and passed on: to build an
/// <see cref="EntryRecord"/> for each costs four times as much as everything else. A form that our own writers do not use is refused; the caller then falls
/// back to <see cref="EntryRecord"/>, which handles all forms and all errors.
/// </summary>
public readonly ref struct EntryGlance
{
    /// <summary>The path as it is encoded; not checked.</summary>
    public ReadOnlySpan<byte> Path { get; private init; }

    public bool IsFile { get; private init; }

    public long? Size { get; private init; }

    public UnixTime? Mtime { get; private init; }

    public UnixTime? Ctime { get; private init; }

    public ulong? Ino { get; private init; }

    public long? Nlink { get; private init; }

    public uint? Flags { get; private init; }

    /// <summary>Whether the key content is true: content records follow.</summary>
    public bool HasContent { get; private init; }

    /// <summary>Whether it has one of the keys that only entries of an entry tree have: list or problem.</summary>
    public bool HasMore { get; private init; }

    /// <summary>Whether it has the key earlier.</summary>
    public bool HasEarlier { get; private init; }

    /// <summary>Where the value of the key content begins, or 0 without it. In an entry tree it is a list of parts.</summary>
    public int ContentStart { get; private init; }

    /// <summary>Where the first key begins.</summary>
    public int KeysStart { get; private init; }

    /// <summary>How many keys there are.</summary>
    public int KeyCount { get; private init; }

    /// <summary>Where the key source begins, and where its value ends; both 0 without it.</summary>
    public int SourceStart { get; private init; }

    public int SourceEnd { get; private init; }

    /// <summary>Length of the entry in bytes.</summary>
    public int Length { get; private init; }

    /// <summary>Reads the map that <paramref name="encoded"/> begins with.</summary>
    /// <returns>False if it has a form that is not known here, right or wrong.</returns>
    public static bool TryRead(ReadOnlySpan<byte> encoded, out EntryGlance glance)
    {
        glance = default;
        SpanValues values = new(encoded);
        if (!values.TryReadMap(out int count))
        {
            return false;
        }

        ReadOnlySpan<byte> path = default;
        bool file = false, more = false, earlier = false;
        long? size = null, nlink = null;
        UnixTime? mtime = null, ctime = null;
        ulong? ino = null;
        uint? flags = null;
        int content = 0, sourceStart = 0, sourceEnd = 0, keys = values.Position;
        for (int i = 0; i < count; i++)
        {
            int start = values.Position;
            if (!values.TryReadShortText(out ReadOnlySpan<byte> key))
            {
                return false;
            }

            bool read;
            switch (key.Length)
            {
                case 3 when key.SequenceEqual("ino"u8): read = values.TryReadNumber(out ulong number) && ino is null; ino = number; break;
                case 4 when key.SequenceEqual("path"u8): read = values.TryReadBytes(out path) && !path.IsEmpty; break;
                case 4 when key.SequenceEqual("size"u8): read = values.TryReadNumber(out ulong length) && length <= long.MaxValue && size is null;
                    size = (long)length; break;
                case 4 when key.SequenceEqual("type"u8): read = values.TryReadShortText(out ReadOnlySpan<byte> type);
                    file = type.SequenceEqual("file"u8); break;
                case 4 when key.SequenceEqual("list"u8): read = values.TrySkip(); more = true; break;
                case 5 when key.SequenceEqual("flags"u8): read = values.TryReadNumber(out ulong bits) && bits <= uint.MaxValue && flags is null;
                    flags = (uint)bits; break;
                case 5 when key.SequenceEqual("mtime"u8): read = values.TryReadTime(out UnixTime changed) && mtime is null; mtime = changed; break;
                case 5 when key.SequenceEqual("ctime"u8): read = values.TryReadTime(out UnixTime inode) && ctime is null; ctime = inode; break;
                case 5 when key.SequenceEqual("nlink"u8): read = values.TryReadNumber(out ulong names) && names <= long.MaxValue && nlink is null;
                    nlink = (long)names; break;
                case 6 when key.SequenceEqual("source"u8): read = values.TrySkip() && sourceEnd == 0; sourceStart = start; sourceEnd = values.Position; break;
                case 7 when key.SequenceEqual("content"u8): content = values.Position; read = values.TrySkip(); break;
                case 7 when key.SequenceEqual("earlier"u8): read = values.TrySkip() && !earlier; earlier = true; break;
                case 7 when key.SequenceEqual("problem"u8): read = values.TrySkip(); more = true; break;
                default: read = values.TrySkip(); break;
            }

            if (!read)
            {
                return false;
            }
        }

        glance = new EntryGlance
        {
            Path = path, IsFile = file, Size = size, Mtime = mtime, Ctime = ctime, Ino = ino, Nlink = nlink, Flags = flags, HasMore = more,
            HasEarlier = earlier, ContentStart = content,
            HasContent = content > 0 && encoded[content] == MessagePackCode.True,
            KeysStart = keys, KeyCount = count, SourceStart = sourceStart, SourceEnd = sourceEnd, Length = values.Position,
        };
        return !path.IsEmpty;
    }

    /// <summary>Reads only the type of the entry and, of a file, its size.</summary>
    /// <returns>False if it has a form that is not known here, right or wrong.</returns>
    public static bool TryReadKind(ReadOnlySpan<byte> encoded, out EntryType type, out long size)
    {
        size = 0;
        type = (EntryType)(-1);
        SpanValues values = new(encoded);
        if (!values.TryReadMap(out int count))
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            if (!values.TryReadShortText(out ReadOnlySpan<byte> key))
            {
                return false;
            }

            if (key.SequenceEqual("type"u8))
            {
                if (!values.TryReadShortText(out ReadOnlySpan<byte> name) || !EntryTypes.TryParse(name, out type))
                {
                    return false;
                }

                if (type != EntryType.File)
                {
                    return true;
                }
            }
            else if (key.SequenceEqual("size"u8))
            {
                bool read = values.TryReadNumber(out ulong length) && length <= long.MaxValue;
                size = (long)length;
                return read && type == EntryType.File;
            }
            else if (!values.TrySkip())
            {
                return false;
            }
        }

        return type == EntryType.File;
    }

    /// <summary>Writes the entry without its source, and with content, which it must not have yet.</summary>
    /// <param name="writer">Receives the entry.</param>
    /// <param name="encoded">The entry that was read.</param>
    internal void WriteWithContent(ref MessagePackWriter writer, ReadOnlySpan<byte> encoded)
    {
        writer.WriteMapHeader(KeyCount + (SourceEnd > 0 ? 0 : 1));
        writer.WriteRaw(encoded[KeysStart..(SourceEnd > 0 ? SourceStart : Length)]);
        if (SourceEnd > 0)
        {
            writer.WriteRaw(encoded[SourceEnd..Length]);
        }

        writer.WriteString("content"u8);
        writer.Write(true);
    }

    /// <summary>Writes the entry with the chunks of an earlier version, which it must not have yet.</summary>
    /// <param name="writer">Receives the entry.</param>
    /// <param name="encoded">The entry that was read.</param>
    /// <param name="chunks">The chunks, at most <see cref="StreamLimits.Earlier"/>.</param>
    internal void WriteWithEarlier(ref MessagePackWriter writer, ReadOnlySpan<byte> encoded, IReadOnlyList<EarlierChunk> chunks)
    {
        writer.WriteMapHeader(KeyCount + 1);
        writer.WriteRaw(encoded[KeysStart..Length]);
        writer.WriteString("earlier"u8);
        EntryRecord.WriteEarlier(ref writer, chunks);
    }
}
