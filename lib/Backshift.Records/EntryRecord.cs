using Backshift.Posix;

namespace Backshift.Records;

/// <summary>
/// A file, directory or other thing with a name, without its content; see backshift-stream(5), "entry". The same keys make an entry of an
/// entry tree, backshift-repository(5). A value that the record does not have is null.
/// </summary>
public sealed partial class EntryRecord
{
    /// <summary>The kept path: relative, without empty, "." or ".." components; "." alone is the directory from which all start.</summary>
    public required BytePath Path { get; set; }

    public required EntryType Type { get; set; }

    /// <summary>The type as it stands in the record, which is all that is known of a type of a later version. Such an entry is passed on, and neither stored
    /// nor restored.</summary>
    public ReadOnlySpan<byte> TypeName => unknownType ?? EntryTypes.Name(Type);

    /// <summary>Permission bits with setuid, setgid and sticky.</summary>
    public uint? Mode { get; set; }

    public uint? Uid { get; set; }

    public uint? Gid { get; set; }

    /// <summary>The user's name in UTF-8.</summary>
    public byte[]? User { get; set; }

    /// <summary>The group's name in UTF-8.</summary>
    public byte[]? Group { get; set; }

    /// <summary>Length of the content in bytes, of a file only.</summary>
    public long? Size { get; set; }

    public UnixTime? Mtime { get; set; }

    public UnixTime? Ctime { get; set; }

    public UnixTime? Btime { get; set; }

    public ulong? Dev { get; set; }

    public ulong? Ino { get; set; }

    public long? Nlink { get; set; }

    /// <summary>What a symbolic link points to, or the path of the entry that a link is another name of.</summary>
    public byte[]? Target { get; set; }

    public uint? RdevMajor { get; set; }

    public uint? RdevMinor { get; set; }

    /// <summary>Extended attributes in the order in which they came: name, value.</summary>
    public List<KeyValuePair<byte[], byte[]>>? Attributes { get; set; }

    /// <summary>Inode flags, FS_*_FL.</summary>
    public uint? Flags { get; set; }

    /// <summary>Where the content is to be read from, if not from <see cref="Path"/>.</summary>
    public BytePath? Source { get; set; }

    /// <summary>Whether content records follow.</summary>
    public bool HasContent { get; set; }

    /// <summary>The chunks of an earlier version of a file that is still to be read, or null: those that come again need not be passed on with their
    /// bytes.</summary>
    public IReadOnlyList<EarlierChunk>? Earlier { get; set; }

    /// <summary>Keys that are not known here.</summary>
    public UnknownKeys Unknown { get; set; }

    /// <summary>Whether the content of the file is still to be read.</summary>
    public bool NeedsReading => Type == EntryType.File && !HasContent;

    /// <summary>Whether <paramref name="path"/> has the form that a kept path must have.</summary>
    public static bool IsKeptPath(ReadOnlySpan<byte> path)
    {
        if (path.SequenceEqual("."u8))
        {
            return true;
        }

        if (path.IsEmpty || path.Length > StreamLimits.Path || path.Contains((byte)0))
        {
            return false;
        }

        while (true)
        {
            int slash = path.IndexOf((byte)'/');
            ReadOnlySpan<byte> name = slash < 0 ? path : path[..slash];
            if (name.IsEmpty || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
            {
                return false;
            }

            if (slash < 0)
            {
                return true;
            }

            path = path[(slash + 1)..];
        }
    }
}
