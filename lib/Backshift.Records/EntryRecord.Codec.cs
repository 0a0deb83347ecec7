using System.Buffers;
using Backshift.Posix;
using MessagePack;

namespace Backshift.Records;

public sealed partial class EntryRecord
{
    private const int MaxName = 4096;
    private const int MaxAttributes = 65536;
    private const int MaxType = 64;

    private byte[]? unknownType;

    /// <summary>Reads an entry record.</summary>
    /// <param name="encoded">The whole record; nothing of it is kept.</param>
    /// <exception cref="BackshiftException">A key is missing, or has a value it cannot have.</exception>
    public static EntryRecord ReadFrom(ReadOnlySequence<byte> encoded)
    {
        MessagePackReader reader = new(encoded);
        try
        {
            return ReadKeys(ref reader, firstSay: null);
        }
        catch (Exception e) when (MalformedValue.IsCauseOf(e))
        {
            throw RecordFrame.Damaged("an entry has a value of the wrong type", e);
        }
    }

    /// <summary>Takes the value behind a key; false leaves it to the entry.</summary>
    public delegate bool KeyReader(scoped ReadOnlySpan<byte> key, ref MessagePackReader reader);

    /// <summary>Reads the map of an entry.</summary>
    /// <param name="reader">Stands at the map.</param>
    /// <param name="firstSay">Is asked about every key first: in an entry tree some keys mean something else than in a stream.</param>
    /// <exception cref="BackshiftException">A key is missing, or has a value it cannot have.</exception>
    /// <exception cref="MessagePackSerializationException">A value is of the wrong type.</exception>
    public static EntryRecord ReadKeys(ref MessagePackReader reader, KeyReader? firstSay)
    {
        int count = reader.ReadMapHeader();
        EntryRecord entry = new() { Path = default, Type = (EntryType)(-1) };
        UnknownKeysGathering unknown = default;
        SeenKeys seen = new(stackalloc ulong[SeenKeys.Room], count);
        for (int i = 0; i < count; i++)
        {
            SequencePosition start = reader.Position;
            ReadOnlySpan<byte> key = RecordText.ReadKey(ref reader);
            seen.Add(key);
            if (!(firstSay?.Invoke(key, ref reader) ?? false) && !entry.TryReadKey(key, ref reader))
            {
                unknown.Add(start, ref reader);
            }
        }

        entry.Unknown = unknown.ToKeys();

        if (!IsKeptPath(entry.Path.Span))
        {
            throw RecordFrame.Damaged($"\"{entry.Path}\" cannot be the path of an entry");
        }

        if (entry.Type < 0)
        {
            throw RecordFrame.Damaged($"{entry.Path}: an entry without a type");
        }

        if (entry.Type is EntryType.SymbolicLink or EntryType.Link && entry.Target is null)
        {
            throw RecordFrame.Damaged($"{entry.Path}: a link without a target");
        }

        if (entry.Type == EntryType.SymbolicLink && entry.Target.AsSpan().Contains((byte)0))
        {
            throw RecordFrame.Damaged($"{entry.Path}: the target of a symbolic link has a NUL in it");
        }

        if (entry.Type == EntryType.Link && !IsKeptPath(entry.Target))
        {
            throw RecordFrame.Damaged($"{entry.Path}: \"{Escaping.Display(entry.Target)}\" cannot be the target of a link");
        }

        return entry;
    }

    private bool TryReadKey(scoped ReadOnlySpan<byte> key, ref MessagePackReader reader)
    {
        switch (key.Length)
        {
            case 3 when key.SequenceEqual("uid"u8): Uid = (uint)RecordText.ReadCount(ref reader, uint.MaxValue, "uid"); return true;
            case 3 when key.SequenceEqual("gid"u8): Gid = (uint)RecordText.ReadCount(ref reader, uint.MaxValue, "gid"); return true;
            case 3 when key.SequenceEqual("dev"u8): Dev = RecordText.ReadNumber(ref reader, "dev"); return true;
            case 3 when key.SequenceEqual("ino"u8): Ino = RecordText.ReadNumber(ref reader, "ino"); return true;
            case 4 when key.SequenceEqual("kind"u8): reader.Skip(); return true;
            case 4 when key.SequenceEqual("path"u8): Path = new BytePath(RecordText.ReadBytes(ref reader, StreamLimits.Path, "path")); return true;
            case 4 when key.SequenceEqual("type"u8): ReadType(RecordText.ReadSpan(ref reader, MaxType, "type")); return true;
            case 4 when key.SequenceEqual("mode"u8): Mode = (uint)RecordText.ReadCount(ref reader, 0xFFF, "mode"); return true;
            case 4 when key.SequenceEqual("user"u8): User = Names.Intern(RecordText.ReadSpan(ref reader, MaxName, "user")); return true;
            case 4 when key.SequenceEqual("size"u8): Size = RecordText.ReadCount(ref reader, long.MaxValue, "size"); return true;
            case 4 when key.SequenceEqual("rdev"u8):
                if (reader.ReadArrayHeader() != 2)
                {
                    throw RecordFrame.Damaged("rdev is not a pair");
                }

                RdevMajor = (uint)RecordText.ReadCount(ref reader, uint.MaxValue, "rdev");
                RdevMinor = (uint)RecordText.ReadCount(ref reader, uint.MaxValue, "rdev");
                return true;
            case 5 when key.SequenceEqual("group"u8): Group = Names.Intern(RecordText.ReadSpan(ref reader, MaxName, "group")); return true;
            case 5 when key.SequenceEqual("mtime"u8): Mtime = RecordTime.Read(ref reader, "mtime"); return true;
            case 5 when key.SequenceEqual("ctime"u8): Ctime = RecordTime.Read(ref reader, "ctime"); return true;
            case 5 when key.SequenceEqual("btime"u8): Btime = RecordTime.Read(ref reader, "btime"); return true;
            case 5 when key.SequenceEqual("nlink"u8): Nlink = RecordText.ReadCount(ref reader, long.MaxValue, "nlink"); return true;
            case 5 when key.SequenceEqual("flags"u8): Flags = (uint)RecordText.ReadCount(ref reader, uint.MaxValue, "flags"); return true;
            case 6 when key.SequenceEqual("target"u8): Target = RecordText.ReadBytes(ref reader, StreamLimits.Path, "target"); return true;
            case 6 when key.SequenceEqual("source"u8): Source = new BytePath(RecordText.ReadBytes(ref reader, StreamLimits.Path, "source")); return true;
            case 6 when key.SequenceEqual("xattrs"u8): ReadAttributes(ref reader); return true;
            case 7 when key.SequenceEqual("content"u8): HasContent = reader.ReadBoolean(); return true;
            case 7 when key.SequenceEqual("earlier"u8): ReadEarlier(ref reader); return true;
            default: return false;
        }
    }

    private void ReadType(ReadOnlySpan<byte> name)
    {
        Type = EntryTypes.Parse(name);
        unknownType = Type == EntryType.Unknown ? name.ToArray() : null;
    }

    private void ReadAttributes(ref MessagePackReader reader)
    {
        int count = reader.ReadMapHeader();
        if (count > MaxAttributes)
        {
            throw RecordFrame.Damaged($"an entry has {count} attributes");
        }

        Attributes = new List<KeyValuePair<byte[], byte[]>>(Math.Min(count, 64));
        HashSet<BytePath>? others = null;
        for (int i = 0; i < count; i++)
        {
            byte[] name = RecordText.ReadBytes(ref reader, MaxName, "name of an attribute");
            if (name.Length == 0 || name.AsSpan().Contains((byte)0))
            {
                throw RecordFrame.Damaged($"\"{Escaping.Display(name)}\" cannot be the name of an attribute");
            }

            // In the order of their names, as writers should write them, none can be there twice.
            if (others is not null || (i > 0 && Attributes[^1].Key.AsSpan().SequenceCompareTo(name) >= 0))
            {
                others ??= [.. Attributes.Select(static pair => new BytePath(pair.Key))];
                if (!others.Add(new BytePath(name)))
                {
                    throw RecordFrame.Damaged($"the attribute \"{Escaping.Display(name)}\" occurs twice in an entry");
                }
            }

            Attributes.Add(new(name, RecordText.ReadBytes(ref reader, StreamLimits.Record, "attribute")));
        }
    }

    private void ReadEarlier(ref MessagePackReader reader)
    {
        int count = reader.ReadArrayHeader();
        if (count % 2 != 0 || count > 2 * StreamLimits.Earlier)
        {
            throw RecordFrame.Damaged($"earlier has {count} values; it takes two for each chunk, and at most {StreamLimits.Earlier} chunks");
        }

        EarlierChunk[] chunks = new EarlierChunk[count / 2];
        for (int i = 0; i < chunks.Length; i++)
        {
            ReadOnlySpan<byte> digest = RecordText.ReadSpan(ref reader, 64, "digest of an earlier chunk");
            if (digest.Length != Digest.Size)
            {
                throw RecordFrame.Damaged($"the digest of an earlier chunk is {digest.Length} bytes long, not {Digest.Size}");
            }

            Digest name = new(digest);
            int size = (int)RecordText.ReadCount(ref reader, StreamLimits.Content, "size of an earlier chunk");
            chunks[i] = size > 0 ? new EarlierChunk(name, size) : throw RecordFrame.Damaged("an earlier chunk has no size");
        }

        Earlier = chunks;
    }

    /// <summary>Writes the key earlier and its value.</summary>
    internal static void WriteEarlier(ref MessagePackWriter writer, IReadOnlyList<EarlierChunk> chunks)
    {
        writer.WriteString("earlier"u8);
        writer.WriteArrayHeader(2 * chunks.Count);
        foreach (EarlierChunk chunk in chunks)
        {
            chunk.Digest.WriteTo(ref writer);
            writer.Write(chunk.Size);
        }
    }

    /// <summary>Writes the record, key for key as backshift-stream(5) lists them.</summary>
    public void WriteTo(ref MessagePackWriter writer)
    {
        writer.WriteMapHeader(1 + KeyCount + (Source is null ? 0 : 1) + (HasContent ? 1 : 0) + (Earlier is null ? 0 : 1));
        writer.WriteString("kind"u8);
        writer.WriteString("entry"u8);
        WriteKeys(ref writer);
        if (Source is { } source)
        {
            writer.WriteString("source"u8);
            writer.Write(source.Span);
        }

        if (HasContent)
        {
            writer.WriteString("content"u8);
            writer.Write(true);
        }

        if (Earlier is not null)
        {
            WriteEarlier(ref writer, Earlier);
        }
    }

    /// <summary>How many keys <see cref="WriteKeys"/> writes.</summary>
    public int KeyCount =>
        2 + (Mode is null ? 0 : 1) + (Uid is null ? 0 : 1) + (Gid is null ? 0 : 1) + (User is null ? 0 : 1) + (Group is null ? 0 : 1)
        + (Size is null ? 0 : 1) + (Mtime is null ? 0 : 1) + (Ctime is null ? 0 : 1) + (Btime is null ? 0 : 1) + (Dev is null ? 0 : 1)
        + (Ino is null ? 0 : 1) + (Nlink is null ? 0 : 1) + (Target is null ? 0 : 1) + (RdevMajor is null ? 0 : 1)
        + (Attributes is null ? 0 : 1) + (Flags is null ? 0 : 1) + Unknown.Count;

    /// <summary>Writes the keys that a stream and an entry tree have in common, with those that are not known here, and no header.</summary>
    public void WriteKeys(ref MessagePackWriter writer)
    {
        writer.WriteString("path"u8);
        writer.Write(Path.Span);
        writer.WriteString("type"u8);
        writer.WriteString(TypeName);
        Write(ref writer, "mode"u8, Mode);
        Write(ref writer, "uid"u8, Uid);
        Write(ref writer, "gid"u8, Gid);
        WriteText(ref writer, "user"u8, User);
        WriteText(ref writer, "group"u8, Group);
        Write(ref writer, "size"u8, (ulong?)Size);
        Write(ref writer, "mtime"u8, Mtime);
        Write(ref writer, "ctime"u8, Ctime);
        Write(ref writer, "btime"u8, Btime);
        Write(ref writer, "dev"u8, Dev);
        Write(ref writer, "ino"u8, Ino);
        Write(ref writer, "nlink"u8, (ulong?)Nlink);
        if (Target is not null)
        {
            writer.WriteString("target"u8);
            writer.Write(Target);
        }

        if (RdevMajor is { } major)
        {
            writer.WriteString("rdev"u8);
            writer.WriteArrayHeader(2);
            writer.Write(major);
            writer.Write(RdevMinor ?? 0);
        }

        if (Attributes is not null)
        {
            writer.WriteString("xattrs"u8);
            writer.WriteMapHeader(Attributes.Count);
            foreach ((byte[] name, byte[] value) in Attributes)
            {
                writer.Write(name);
                writer.Write(value);
            }
        }

        Write(ref writer, "flags"u8, Flags);
        Unknown.WriteTo(ref writer);
    }

    private static void Write(ref MessagePackWriter writer, ReadOnlySpan<byte> key, ulong? value)
    {
        if (value is { } number)
        {
            writer.WriteString(key);
            writer.Write(number);
        }
    }

    private static void Write(ref MessagePackWriter writer, ReadOnlySpan<byte> key, UnixTime? value)
    {
        if (value is { } time)
        {
            writer.WriteString(key);
            RecordTime.Write(ref writer, time);
        }
    }

    private static void WriteText(ref MessagePackWriter writer, ReadOnlySpan<byte> key, byte[]? value)
    {
        if (value is not null)
        {
            writer.WriteString(key);
            writer.WriteString(value);
        }
    }
}
