using System.Buffers.Text;
using Backshift.Posix;

namespace Backshift.Tar;

/// <summary>
/// The extended headers of a member, those of the whole archive first and its own after them; see pax(1), "pax Extended Header", GNU tar's
/// manual, "Storing Sparse Files", and star(5). Names are bytes whatever "hdrcharset" says, and keys that are not known are passed over.
/// </summary>
public sealed class PaxHeader
{
    /// <summary>Longest extended header, in bytes. Linux bounds all attributes of a file to 64 KiB each.</summary>
    public const int Longest = 8 << 20;

    // Bounds of a record of the stream.
    private const int MostAttributes = 65536;
    private const int LongestAttributeName = 255;

    // Bounds what the headers before one member, or those of the whole archive, hold together.
    private const int MostBytes = 2 * Longest;
    private const int MostNotes = 16;

    private int bytes;

    public BytePath? Path { get; private set; }

    public BytePath? Target { get; private set; }

    public long? Size { get; private set; }

    public long? Uid { get; private set; }

    public long? Gid { get; private set; }

    public byte[]? User { get; private set; }

    public byte[]? Group { get; private set; }

    public UnixTime? Mtime { get; private set; }

    public UnixTime? Ctime { get; private set; }

    public UnixTime? Btime { get; private set; }

    public long? Major { get; private set; }

    public long? Minor { get; private set; }

    public byte[]? Flags { get; private set; }

    public byte[]? AccessList { get; private set; }

    public byte[]? DefaultAccessList { get; private set; }

    /// <summary>Extended attributes by name.</summary>
    public Dictionary<BytePath, byte[]> Attributes { get; private set; } = [];

    public PaxSparse Sparse { get; private set; } = new();

    /// <summary>Of an archive of several volumes, the file of which the next member is the rest.</summary>
    public BytePath? Continued { get; set; }

    /// <summary>Values that could not be read, in words for people; if there are many, only some.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>Whether there was a header too long to be read: neither the name nor the size of the member is known.</summary>
    public bool IsLost { get; private set; }

    private List<string> notes = [];

    /// <summary>The same again without its notes, to which more may be added.</summary>
    public PaxHeader Copy()
    {
        PaxHeader copy = (PaxHeader)MemberwiseClone();
        copy.Attributes = new Dictionary<BytePath, byte[]>(Attributes);
        copy.Sparse = Sparse.Copy();
        copy.notes = [];
        return copy;
    }

    /// <summary>Forgets the notes: they were said.</summary>
    public void ClearNotes() => notes.Clear();

    /// <summary>Does without a header.</summary>
    public void Lose() => IsLost = true;

    /// <summary>Takes the records of an extended header, as far as they can be read: tar does so too.</summary>
    public void Add(ReadOnlySpan<byte> records)
    {
        bytes += records.Length;
        if (bytes > MostBytes)
        {
            Lose();
            return;
        }

        while (!records.IsEmpty && records[0] != 0)
        {
            // "LENGTH KEY=VALUE\n", where the length counts all of it.
            if (!Utf8Parser.TryParse(records, out int length, out int digits) || length <= digits + 1 || length > records.Length
                || records[digits] != (byte)' ' || records[length - 1] != (byte)'\n')
            {
                Note("a record of its extended header has a wrong length; the rest of the header is lost");
                return;
            }

            ReadOnlySpan<byte> record = records[(digits + 1)..(length - 1)];
            records = records[length..];
            int equals = record.IndexOf((byte)'=');
            if (equals < 0)
            {
                Note($"a record of its extended header has no =: \"{Shown.Field(record)}\"");
                continue;
            }

            Set(record[..equals], record[(equals + 1)..]);
        }
    }

    private void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        switch (key)
        {
            case var _ when key.SequenceEqual("path"u8): Path = Name(value); break;
            case var _ when key.SequenceEqual("linkpath"u8): Target = Name(value); break;
            case var _ when key.SequenceEqual("size"u8): Size = Number(key, value, least: 0); break;
            case var _ when key.SequenceEqual("uid"u8): Uid = Number(key, value); break;
            case var _ when key.SequenceEqual("gid"u8): Gid = Number(key, value); break;
            case var _ when key.SequenceEqual("uname"u8): User = Text(value); break;
            case var _ when key.SequenceEqual("gname"u8): Group = Text(value); break;
            case var _ when key.SequenceEqual("mtime"u8): Mtime = Time(key, value); break;
            case var _ when key.SequenceEqual("ctime"u8): Ctime = Time(key, value); break;
            case var _ when key.SequenceEqual("LIBARCHIVE.creationtime"u8): Btime = Time(key, value); break;
            case var _ when key.SequenceEqual("SCHILY.devmajor"u8): Major = Number(key, value); break;
            case var _ when key.SequenceEqual("SCHILY.devminor"u8): Minor = Number(key, value); break;
            case var _ when key.SequenceEqual("SCHILY.fflags"u8): Flags = Text(value); break;
            case var _ when key.SequenceEqual("SCHILY.acl.access"u8): AccessList = Text(value); break;
            case var _ when key.SequenceEqual("SCHILY.acl.default"u8): DefaultAccessList = Text(value); break;
            case var _ when key.StartsWith("SCHILY.xattr."u8): SetAttribute(PaxEscapes.FromKey(key["SCHILY.xattr.".Length..]), value.ToArray()); break;
            case var _ when key.StartsWith("LIBARCHIVE.xattr."u8): SetEncoded(key["LIBARCHIVE.xattr.".Length..], value); break;

            // The attribute has a NUL at its end, the record has not.
            case var _ when key.SequenceEqual("RHT.security.selinux"u8): SetAttribute([.. "security.selinux"u8], [.. value, 0]); break;
            case var _ when key.SequenceEqual("GNU.volume.filename"u8): Continued = Name(value); break;
            case var _ when key.StartsWith("GNU.sparse."u8): Sparse.Set(key["GNU.sparse.".Length..], value); break;
        }
    }

    /// <summary>bsdtar writes attributes twice, once with all bytes encoded; where only that is there, it counts.</summary>
    private void SetEncoded(ReadOnlySpan<byte> encodedName, ReadOnlySpan<byte> encodedValue)
    {
        byte[] name = PaxEscapes.FromPercents(encodedName);
        if (!Attributes.ContainsKey(new BytePath(name)))
        {
            if (PaxEscapes.FromBase64(encodedValue) is { } value)
            {
                SetAttribute(name, value);
            }
            else
            {
                Note($"its attribute \"{Shown.Name(new BytePath(name))}\" is not base64");
            }
        }
    }

    private void SetAttribute(byte[] name, byte[] value)
    {
        BytePath path = new(name);
        if (name.Length is 0 or > LongestAttributeName || name.Contains((byte)0))
        {
            Note($"an attribute cannot have the name \"{Shown.Name(path)}\"; left out");
        }
        else if (Attributes.Count == MostAttributes && !Attributes.ContainsKey(path))
        {
            Note($"it has more than {MostAttributes} attributes; the others are left out");
        }
        else
        {
            Attributes[path] = value;
        }
    }

    private void Note(string text)
    {
        if (notes.Count < MostNotes && !notes.Contains(text))
        {
            notes.Add(text);
        }
    }

    private void NoteUnreadable(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        Note($"its extended header says {Shown.Field(key)}={Shown.Field(value[..Math.Min(value.Length, 40)])}, which cannot be read; the value of its plain "
            + "header is used");

    // An empty value takes back what was said before.
    private static BytePath? Name(ReadOnlySpan<byte> value) => value.IsEmpty ? null : new BytePath(value);

    private static byte[]? Text(ReadOnlySpan<byte> value) => value.IsEmpty ? null : value.ToArray();

    private UnixTime? Time(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (PaxTime.TryRead(value, out UnixTime time))
        {
            return time;
        }

        if (!value.IsEmpty)
        {
            NoteUnreadable(key, value);
        }

        return null;
    }

    private long? Number(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long least = long.MinValue)
    {
        if (Utf8Parser.TryParse(value, out long number, out int used) && used == value.Length && number >= least)
        {
            return number;
        }

        if (!value.IsEmpty)
        {
            NoteUnreadable(key, value);
        }

        return null;
    }
}
