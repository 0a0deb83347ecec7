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
    public static EntryRecord ReadFrom(ReadOnlySequence<byte> encoded) => RecordMap.Read(encoded, "an entry", Read);

    private static EntryRecord Read(ref MessagePackReader reader)
    {
        EntryRecord entry = Empty();
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            entry.ReadKey(ref map, ref reader);
        }

        entry.FinishReading(map);
        return entry;
    }

    /// <summary>An entry without keys, for <see cref="ReadKey"/> to fill.</summary>
    public static EntryRecord Empty() => new() { Path = default, Type = (EntryType)(-1) };

    /// <summary>Takes the value of a key; one that is not known here is kept with it.</summary>
    /// <param name="map">Stands at the key.</param>
    /// <param name="reader">Stands at the value, afterwards at the next key.</param>
    /// <exception cref="BackshiftException">It has a value it cannot have.</exception>
    /// <exception cref="MessagePackSerializationException">The value is of the wrong type.</exception>
    public void ReadKey(ref MapReader map, ref MessagePackReader reader)
    {
        if (!TryReadKey(map.Key, ref reader))
        {
            map.Keep(ref reader);
        }
    }

    /// <summary>Takes the unknown keys over, and verifies that the entry has the keys that it must have.</summary>
    /// <param name="map">Is at its end.</param>
    /// <exception cref="BackshiftException">A key is missing, or has a value it cannot have.</exception>
    public void FinishReading(scoped in MapReader map)
    {
        Unknown = map.Unknown;
        Check();
    }

    /// <summary>Refuses an entry without a key that it must have.</summary>
    private void Check()
    {
        if (!IsKeptPath(Path.Span))
        {
            throw RecordFrame.Damaged($"\"{Path}\" cannot be the path of an entry");
        }

        if (Type < 0)
        {
            throw RecordFrame.Damaged($"{Path}: an entry without a type");
        }

        if (Type is EntryType.SymbolicLink or EntryType.Link && Target is null)
        {
            throw RecordFrame.Damaged($"{Path}: a link without a target");
        }

        if (Type == EntryType.SymbolicLink && Target.AsSpan().Contains((byte)0))
        {
            throw RecordFrame.Damaged($"{Path}: the target of a symbolic link has a NUL in it");
        }

        if (Type == EntryType.Link && !IsKeptPath(Target))
        {
            throw RecordFrame.Damaged($"{Path}: \"{Escaping.Display(Target)}\" cannot be the target of a link");
        }
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
            case 4 when key.SequenceEqual("user"u8): User = OwnerNames.Intern(RecordText.ReadSpan(ref reader, MaxName, "user")); return true;
            case 4 when key.SequenceEqual("size"u8): Size = RecordText.ReadCount(ref reader, long.MaxValue, "size"); return true;
            case 4 when key.SequenceEqual("rdev"u8):
                if (reader.ReadArrayHeader() != 2)
                {
                    throw RecordFrame.Damaged("rdev is not a pair");
                }

                RdevMajor = (uint)RecordText.ReadCount(ref reader, uint.MaxValue, "rdev");
                RdevMinor = (uint)RecordText.ReadCount(ref reader, uint.MaxValue, "rdev");
                return true;
            case 5 when key.SequenceEqual("group"u8): Group = OwnerNames.Intern(RecordText.ReadSpan(ref reader, MaxName, "group")); return true;
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
            Digest name = RecordText.ReadDigest(ref reader, "digest of an earlier chunk");
            int size = (int)RecordText.ReadCount(ref reader, StreamLimits.Content, "size of an earlier chunk");
            chunks[i] = size > 0 ? new EarlierChunk(name, size) : throw RecordFrame.Damaged("an earlier chunk has no size");
        }

        Earlier = chunks;
    }

    /// <summary>Writes the value of the key earlier.</summary>
    internal static void WriteEarlier(ref MessagePackWriter writer, IReadOnlyList<EarlierChunk> chunks)
    {
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
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Utf8(ref writer, "kind"u8, "entry"u8);
            WriteKeys(ref map, ref writer);
            if (Source is { } source)
            {
                map.Bytes(ref writer, "source"u8, source.Span);
            }

            map.Flag(ref writer, "content"u8, HasContent);
            if (map.Key(ref writer, "earlier"u8, Earlier is not null))
            {
                WriteEarlier(ref writer, Earlier!);
            }
        }
    }

    /// <summary>Writes the keys that a stream and an entry tree have in common, with those that are not known here.</summary>
    public void WriteKeys(ref MapWriter map, ref MessagePackWriter writer)
    {
        map.Bytes(ref writer, "path"u8, Path.Span);
        map.Utf8(ref writer, "type"u8, TypeName);
        map.Number(ref writer, "mode"u8, Mode);
        map.Number(ref writer, "uid"u8, Uid);
        map.Number(ref writer, "gid"u8, Gid);
        map.Utf8(ref writer, "user"u8, User);
        map.Utf8(ref writer, "group"u8, Group);
        map.Number(ref writer, "size"u8, Size);
        map.Time(ref writer, "mtime"u8, Mtime);
        map.Time(ref writer, "ctime"u8, Ctime);
        map.Time(ref writer, "btime"u8, Btime);
        map.Number(ref writer, "dev"u8, Dev);
        map.Number(ref writer, "ino"u8, Ino);
        map.Number(ref writer, "nlink"u8, Nlink);
        if (Target is not null)
        {
            map.Bytes(ref writer, "target"u8, Target);
        }

        if (map.Key(ref writer, "rdev"u8, RdevMajor is not null))
        {
            writer.WriteArrayHeader(2);
            writer.Write(RdevMajor.GetValueOrDefault());
            writer.Write(RdevMinor ?? 0);
        }

        if (map.Key(ref writer, "xattrs"u8, Attributes is not null))
        {
            writer.WriteMapHeader(Attributes!.Count);
            foreach ((byte[] name, byte[] value) in Attributes)
            {
                writer.Write(name);
                writer.Write(value);
            }
        }

        map.Number(ref writer, "flags"u8, Flags);
        map.Unknown(ref writer, Unknown);
    }
}
